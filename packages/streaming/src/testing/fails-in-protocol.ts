import { StreamingError } from '../errors/streaming-error.ts';

/** True when the call finds no fault with its input, or reports it as a broken protocol; other errors are faults of ours. */
export function failsInProtocol(call: () => unknown): boolean {
  try {
    return call() !== false;
  } catch (error) {
    return error instanceof StreamingError && error.code === 'ProtocolError';
  }
}
