import { setImmediate as turn } from 'node:timers/promises';

/** Waits, turn by turn of the event loop and without looking at a clock, until the condition holds. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns === 2000) throw new Error(`the condition did not come to hold: ${condition.toString()}`);
    await turn();
  }
}

/** Lets everything that is ready to run do so. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}
