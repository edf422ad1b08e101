import type { Logger } from '../provider/logger.ts';

/** Something that is started and stopped with the process. */
export interface Part {
  readonly name: string;
  /** Resolves when the part does its work. */
  start(): Promise<void>;
  /** Ends the part: gracefully, and at once when `force` is aborted. */
  stop(force: AbortSignal): Promise<void>;
  /** Rejects when the part fails while it runs; never settles otherwise. */
  readonly failed?: Promise<never>;
}

/** Makes a part of a task that runs until its signal is aborted. */
export function runningPart(options: {
  readonly name: string;
  readonly run: (signals: { readonly stop: AbortSignal; readonly force: AbortSignal }) => Promise<void>;
  /** What the start waits for, besides the task having begun. */
  readonly ready?: () => Promise<void>;
}): Part {
  const stop = new AbortController();
  const force = new AbortController();
  const failure = Promise.withResolvers<never>();
  // Whoever waits for the parts hears of it; a failure that nobody waits for yet is no unhandled rejection.
  failure.promise.catch(ignoreUntilAwaited);
  let running: Promise<void> = Promise.resolve();
  return {
    name: options.name,
    failed: failure.promise,
    async start() {
      running = runToEnd(options.run({ stop: stop.signal, force: force.signal }), stop.signal, failure.reject);
      await Promise.race([options.ready?.(), failure.promise]);
    },
    async stop(forceNow) {
      const onForce = (): void => force.abort(forceNow.reason);
      if (forceNow.aborted) onForce();
      else forceNow.addEventListener('abort', onForce, { once: true });
      stop.abort(new StoppedError());
      await running;
      forceNow.removeEventListener('abort', onForce);
    },
  };
}

async function runToEnd(task: Promise<void>, stop: AbortSignal, fail: (error: unknown) => void): Promise<void> {
  try {
    await task;
  } catch (error) {
    // What a task throws because it was stopped is its way to end.
    if (!stop.aborted || error !== stop.reason) fail(error);
  }
}

function ignoreUntilAwaited(): void {
  // The same promise is awaited in start() and by whoever runs the parts.
}

/** The reason of the signals when the process stops. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly code = 'Stopped';

  constructor() {
    super('the virtual kubelet is stopping');
  }
}

/** Starts parts in order. When one fails, those that were started are stopped, and the error is thrown. */
export async function startParts(parts: readonly Part[], signal: AbortSignal, log: Logger): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(ignoreUntilAwaited);
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (const part of parts) {
      log.debug('Starting', { part: part.name });
      await Promise.race([
        part.start(),
        aborted.promise,
        ...parts.map((other) => other.failed ?? new Promise<never>(() => undefined)),
      ]);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Stops parts in order, each as gracefully as `force` lets it. One that fails to stop does not keep the others from it. */
export async function stopParts(parts: readonly Part[], force: AbortSignal, log: Logger): Promise<void> {
  for (const part of parts) {
    log.debug('Stopping', { part: part.name });
    try {
      await part.stop(force);
    } catch (error) {
      log.error('A part did not stop well', { part: part.name, error });
    }
  }
}
