import { FakeClock } from '@vk/node/testing';
import { expect, it } from 'vitest';
import type { CallLimits } from './grpc-channel.ts';
import { NoAnswerError } from './no-answer-error.ts';
import { within } from './within.ts';

const waiting = ({ signal }: CallLimits): Promise<string> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

it('what is done in time is given, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  expect(await within({ clock, milliseconds: 1_000 }, () => Promise.resolve('done'))).toBe('done');
  expect(clock.pending).toBe(0);
});

it('what takes too long is given up', async () => {
  const clock = new FakeClock();
  const given = within({ clock, milliseconds: 1_500 }, waiting).catch((error: unknown) => error);
  await clock.advance(1_500);
  expect(await given).toEqual(new NoAnswerError(1_500));
});

it('what nobody wants any more is given up for that reason', async () => {
  const clock = new FakeClock();
  const leaving = new AbortController();
  const given = within({ clock, milliseconds: 1_000, signal: leaving.signal }, waiting);
  leaving.abort(new Error('closed'));
  await expect(given).rejects.toThrow('closed');
  expect(clock.pending).toBe(0);
});
