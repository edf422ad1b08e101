import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderContext } from '@vk/node/provider';

/** The machine's clock, for a backend that lives in real time. */
export const realClock: ProviderContext<unknown>['clock'] = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (callback, milliseconds) => {
    const handle = setTimeout(callback, Math.max(0, milliseconds));
    return { cancel: () => clearTimeout(handle) };
  },
  sleep: async (milliseconds, signal) => {
    await sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};
