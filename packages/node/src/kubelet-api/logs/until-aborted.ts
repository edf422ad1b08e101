/**
 * Goes through `source` until `signal` is aborted, and fails with its reason then. A source that ignores the signal, or that is
 * left in the middle of a step, is not waited for; what it fails with later goes to `onLateFailure`.
 */
export function untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  onLateFailure: (error: unknown) => void,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = source[Symbol.asyncIterator]();
      const leave = (): void => {
        iterator.return?.().then(undefined, onLateFailure);
      };
      return {
        next: () => {
          const step = iterator.next();
          return new Promise((resolve, reject) => {
            const onAbort = (): void => {
              reject(signal.reason);
              leave();
            };
            signal.addEventListener('abort', onAbort, { once: true });
            step.then(resolve, (error: unknown) => {
              if (signal.aborted) onLateFailure(error);
              reject(error);
            });
            void step.then(
              () => signal.removeEventListener('abort', onAbort),
              () => signal.removeEventListener('abort', onAbort),
            );
            if (signal.aborted) onAbort();
          });
        },
        return: async () => {
          leave();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
