import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Backoff, type BackoffOptions } from './backoff.ts';

const options: BackoffOptions = {
  initialMilliseconds: 100,
  maximumMilliseconds: 1_000,
  factor: 3,
  jitter: 0,
  resetAfterMilliseconds: 5_000,
};

describe('Backoff', () => {
  it('grows by the factor up to the maximum and stays there', () => {
    const backoff = new Backoff(options, new FakeClock());
    expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([100, 300, 900, 1_000, 1_000]);
  });

  it('takes off at most the jitter, whatever the random number', () => {
    const lowest = new Backoff({ ...options, jitter: 0.5 }, new FakeClock(), () => 0.999_999);
    const highest = new Backoff({ ...options, jitter: 0.5 }, new FakeClock(), () => 0);
    expect(lowest.next()).toBeCloseTo(50, 1);
    expect(highest.next()).toBe(100);
    expect(new Backoff({ ...options, jitter: 1 }, new FakeClock(), () => 0.25).next()).toBe(75);
  });

  it('grows by the undisturbed delay, not by the one that jitter made shorter', () => {
    const backoff = new Backoff({ ...options, jitter: 1 }, new FakeClock(), () => 0.9);
    backoff.next();
    expect(backoff.next()).toBeCloseTo(30);
  });

  it('starts again after a quiet period, which begins when the last delay is over', async () => {
    const clock = new FakeClock();
    const backoff = new Backoff(options, clock);
    backoff.next();
    expect(backoff.next()).toBe(300);
    await clock.advance(300 + 4_999);
    expect(backoff.next()).toBe(900);
    await clock.advance(900 + 5_000);
    expect(backoff.next()).toBe(100);
  });

  it('starts again when it is told to', () => {
    const backoff = new Backoff(options, new FakeClock());
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('is not moved by a jump of the wall clock', async () => {
    const clock = new FakeClock();
    const backoff = new Backoff(options, clock);
    backoff.next();
    clock.setWall(clock.now() + 3_600_000);
    expect(backoff.next()).toBe(300);
  });
});
