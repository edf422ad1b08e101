import type { HangingMethod } from './behaviour-table.ts';

/** Does not come back when the pod says that this call hangs: until the call is aborted, or never. */
export async function hangIfAsked(
  method: HangingMethod,
  behaviour: { readonly hang: readonly HangingMethod[]; readonly hangIgnoringAbort: readonly HangingMethod[] },
  signal: AbortSignal,
): Promise<void> {
  if (behaviour.hangIgnoringAbort.includes(method)) await new Promise<never>(() => undefined);
  if (behaviour.hang.includes(method)) await untilAborted(signal);
}

/** Rejects with the signal's reason once it is aborted. */
export async function untilAborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
