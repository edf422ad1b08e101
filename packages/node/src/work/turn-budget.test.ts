import { describe, expect, it } from 'vitest';
import { TurnBudget } from './turn-budget.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('TurnBudget', () => {
  it('gives as many as it has in one turn, and again as many in the next', async () => {
    const budget = new TurnBudget(3);
    const taken: number[] = [];
    for (let turn = 0; turn < 2; turn++) {
      taken.push([1, 2, 3, 4, 5].filter(() => budget.tryTake()).length);
      await nextTurn();
    }
    expect(taken).toEqual([3, 3]);
  });

  it('lets those wait that come too late in a turn, however many they are, and forgets none', async () => {
    const budget = new TurnBudget(10);
    let done = 0;
    const all = Promise.all(
      Array.from({ length: 35 }, async () => {
        await budget.take();
        done++;
      }),
    );
    const after: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      await Promise.resolve();
      after.push(done);
      await nextTurn();
    }
    await all;
    expect(after).toEqual([10, 20, 30, 35]);
  });
});
