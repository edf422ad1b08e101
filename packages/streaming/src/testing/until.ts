import { setImmediate } from 'node:timers/promises';

/** Lets everything else go on until the condition holds. The test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await setImmediate();
  }
}

/** Lets what is under way come to rest, as far as it needs no more than a few turns. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await setImmediate();
  }
}
