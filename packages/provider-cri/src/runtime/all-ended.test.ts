import { expect, it } from 'vitest';
import { allEnded } from './all-ended.ts';

it('the results of all are given in their order', async () => {
  expect(await allEnded([Promise.resolve(1), 'now', Promise.resolve(['later'])])).toEqual([1, 'now', ['later']]);
});

it('a failure is told of when the others have ended, and of several it is that of the first', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ended: string[] = [];
  const all = allEnded([
    promise.then(() => ended.push('slow')),
    Promise.reject(new Error('first')),
    Promise.reject(new Error('second')),
  ]).catch((error: unknown) => ended.push(String(error)));
  resolve();
  await all;
  expect(ended).toEqual(['slow', 'Error: first']);
});
