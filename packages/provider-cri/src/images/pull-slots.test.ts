import { expect, it } from 'vitest';
import { PullSlots } from './pull-slots.ts';

const signal = new AbortController().signal;

it('no more than so many pulls run at a time, first come first served', async () => {
  const slots = new PullSlots(2);
  const began: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const pulls = ends.map(({ promise }, index) =>
    slots.run(() => {
      began.push(index);
      return promise;
    }, signal),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  ends[1]?.resolve();
  await pulls[1];
  await expect.poll(() => began).toEqual([0, 1, 2]);
  for (const { resolve } of ends) resolve();
  await Promise.all(pulls);
  expect(began).toEqual([0, 1, 2, 3]);
});

it('one that is given up while it waits takes no turn', async () => {
  const slots = new PullSlots(1);
  const first = Promise.withResolvers<void>();
  const running = slots.run(() => first.promise, signal);
  const leaving = new AbortController();
  const waiting = slots.run(() => Promise.reject(new Error('must not run')), leaving.signal);
  leaving.abort(new Error('given up'));
  await expect(waiting).rejects.toThrow('given up');
  first.resolve();
  await running;
  expect(await slots.run(() => Promise.resolve('next'), signal)).toBe('next');
});

it('a pull that fails gives its turn to the next', async () => {
  const slots = new PullSlots(1);
  await expect(slots.run(() => Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
  expect(await slots.run(() => Promise.resolve('next'), signal)).toBe('next');
});
