/** Waits for shared work, but no longer than until the signal is aborted; then rejects with its reason, and the work goes on. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    // Also where nobody waits any more: what it fails with then is for those who share it.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
