import { connect } from 'node:net';
import type { ProbeOutcome } from '../machine/engine-action.ts';
import type { TcpTarget } from './probe-runner.ts';

/** A connection that can be opened is a success; it is closed at once. */
export function probeTcp({ host, port }: TcpTarget, signal: AbortSignal): Promise<ProbeOutcome> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const onAbort = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const end = (outcome: ProbeOutcome): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => end({ result: 'success', output: '' }));
    socket.once('error', (error) => end({ result: 'failure', output: error.message }));
    if (signal.aborted) onAbort();
  });
}
