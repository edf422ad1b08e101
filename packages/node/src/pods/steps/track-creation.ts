import type { PodRecord } from '../pod-record.ts';

/**
 * Does a part of a creation that is not a provider call, such as waiting for what the pod refers to, so that it ends at once
 * when the pod is deleted.
 */
export async function trackCreation<T>(
  record: PodRecord,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  record.call = { method: 'createPod', abort: (reason) => controller.abort(reason) };
  try {
    return await work(controller.signal);
  } finally {
    record.call = undefined;
    signal.removeEventListener('abort', forward);
  }
}
