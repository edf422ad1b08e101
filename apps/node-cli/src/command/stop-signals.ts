/** What is needed of `process`. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** The signals that ask a process to stop. */
export interface StopSignals {
  /** Aborted by the first one. */
  readonly signal: AbortSignal;
  close(): void;
}

/** The first SIGINT or SIGTERM stops gracefully; the second one calls `force`. */
export function stopSignals(source: SignalSource, force: () => void): StopSignals {
  const controller = new AbortController();
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const listener = (): void => {
      if (controller.signal.aborted) force();
      else controller.abort(new Error(`stopped by ${signal}`));
    };
    source.on(signal, listener);
    return () => source.off(signal, listener);
  });
  return {
    signal: controller.signal,
    close: () => {
      for (const remove of listeners) remove();
    },
  };
}
