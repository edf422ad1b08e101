/** A loop that runs in the background. */
export interface StartedLoop {
  /** Stops it. Nothing is written after this. */
  stop(): void;
}

/** Starts a loop, and hands what ends it unexpectedly to `onError`. */
export function startLoop(run: (signal: AbortSignal) => Promise<void>, onError: (error: unknown) => void): StartedLoop {
  const stopping = new AbortController();
  run(stopping.signal).catch(onError);
  return { stop: () => stopping.abort() };
}
