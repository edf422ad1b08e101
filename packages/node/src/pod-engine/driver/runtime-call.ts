import type { CallContext } from '../../provider/call-context.ts';
import { abortable } from '../../work/abortable.ts';
import type { EngineServices } from './engine-services.ts';
import type { RuntimeCalls } from './runtime-calls.ts';

/** A call into the runtime took too long. What has become of it is for the next look to find out. */
export class RuntimeTimeoutError extends Error {
  override readonly name = 'RuntimeTimeoutError';
  readonly code = 'RuntimeTimeout';

  constructor(method: string, milliseconds: number) {
    super(`${method} took longer than ${milliseconds / 1000} s`);
  }
}

export interface RuntimeCallOptions {
  readonly method: string;
  readonly signal: AbortSignal;
  /** Absent: as long as it takes. */
  readonly timeoutMilliseconds?: number;
  /** Where the call is kept until it has ended by itself, which may be after it was given up. */
  readonly calls?: RuntimeCalls;
}

/** Makes a call with its context. One that ignores its signal is no longer waited for. */
export async function runtimeCall<T>(
  { clock, log }: Pick<EngineServices, 'clock' | 'log'>,
  { method, signal, timeoutMilliseconds, calls }: RuntimeCallOptions,
  invoke: (call: CallContext) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const late = new AbortController();
  const timer =
    timeoutMilliseconds === undefined
      ? undefined
      : clock.setTimer(() => late.abort(new RuntimeTimeoutError(method, timeoutMilliseconds)), timeoutMilliseconds);
  const either = AbortSignal.any([signal, late.signal]);
  const call: CallContext = {
    signal: either,
    ...(timeoutMilliseconds !== undefined && { deadline: clock.now() + timeoutMilliseconds }),
    log: log.with({ method }),
  };
  try {
    const made = invoke(call);
    calls?.add(made);
    return await abortable(made, either);
  } finally {
    timer?.cancel();
  }
}
