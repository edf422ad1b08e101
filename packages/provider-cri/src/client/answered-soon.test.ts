import { FakeClock } from '@vk/node/testing';
import { expect, it } from 'vitest';
import { answeredSoon } from './answered-soon.ts';
import type { CallLimits } from './grpc-channel.ts';

const life = new AbortController();

/** Calls that wait until they are given up, or are answered by hand. */
function calls(): {
  readonly made: PromiseWithResolvers<string>[];
  readonly givenUp: number[];
  readonly invoke: (limits: CallLimits) => Promise<string>;
} {
  const made: PromiseWithResolvers<string>[] = [];
  const givenUp: number[] = [];
  const invoke = ({ signal }: CallLimits): Promise<string> => {
    const call = Promise.withResolvers<string>();
    const number = made.push(call);
    signal.addEventListener('abort', () => {
      givenUp.push(number);
      call.reject(signal.reason);
    });
    return call.promise;
  };
  return { made, givenUp, invoke };
}

it('what is answered at once is asked once, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  let asked = 0;
  const answer = answeredSoon({ clock, signal: life.signal }, () => Promise.resolve((asked += 1)));
  expect(await answer).toBe(1);
  await clock.advance(60_000);
  expect(asked).toBe(1);
  expect(clock.pending).toBe(0);
});

it('what is not answered is asked again after 5 s, 10 s, 20 s and so on, and the first call goes on', async () => {
  const clock = new FakeClock();
  const { made, givenUp, invoke } = calls();
  const answer = answeredSoon({ clock, signal: life.signal }, invoke);
  const counts: number[] = [];
  for (const milliseconds of [4_999, 1, 9_999, 1, 20_000]) {
    await clock.advance(milliseconds);
    counts.push(made.length);
  }
  expect(counts).toEqual([1, 2, 2, 3, 4]);
  expect(givenUp).toEqual([]);
  made[0]?.resolve('made');
  expect(await answer).toBe('made');
  expect(clock.pending).toBe(0);
});

it('the first answer counts, and those that wait are given up', async () => {
  const clock = new FakeClock();
  const { made, givenUp, invoke } = calls();
  const answer = answeredSoon({ clock, signal: life.signal }, invoke);
  await clock.advance(5_000);
  made[1]?.resolve('kept for the next one');
  expect(await answer).toBe('kept for the next one');
  expect(givenUp).toContain(1);
  expect(clock.pending).toBe(0);
});

it('an error is an answer', async () => {
  const clock = new FakeClock();
  const { made, invoke } = calls();
  const answer = answeredSoon({ clock, signal: life.signal }, invoke);
  await clock.advance(5_000);
  made[1]?.reject(new Error('there is no such program'));
  await expect(answer).rejects.toThrow('there is no such program');
  expect(clock.pending).toBe(0);
});

it('all of them are given up when nobody wants the answer any more', async () => {
  const clock = new FakeClock();
  const leaving = new AbortController();
  const { givenUp, invoke } = calls();
  const answer = answeredSoon({ clock, signal: leaving.signal }, invoke);
  await clock.advance(5_000);
  leaving.abort(new Error('it took too long'));
  await expect(answer).rejects.toThrow('it took too long');
  expect(givenUp).toEqual([1, 2]);
  expect(clock.pending).toBe(0);
});
