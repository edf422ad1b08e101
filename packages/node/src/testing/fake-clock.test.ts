import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('fires timers in the order of their times, also those set meanwhile', async () => {
    const clock = new FakeClock();
    const fired: string[] = [];
    clock.setTimer(() => fired.push('late'), 30);
    clock.setTimer(() => {
      fired.push('early');
      clock.setTimer(() => fired.push('between'), 10);
    }, 10);
    await clock.advance(30);
    expect(fired).toEqual(['early', 'between', 'late']);
    expect(clock.monotonic()).toBe(30);
  });

  it('lets what a timer woke come to rest before the next timer fires', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    const { signal } = new AbortController();
    const work = async (): Promise<void> => {
      await clock.sleep(10, signal);
      await Promise.resolve();
      seen.push(`woke at ${clock.monotonic()}`);
      await clock.sleep(5, signal);
      seen.push(`woke at ${clock.monotonic()}`);
    };
    const done = work();
    clock.setTimer(() => seen.push('other at 20'), 20);
    await clock.advance(20);
    await done;
    expect(seen).toEqual(['woke at 10', 'woke at 15', 'other at 20']);
  });

  it('moves to the next timer and says how much time that took', async () => {
    const clock = new FakeClock();
    clock.setTimer(() => undefined, 1_500);
    expect(await clock.advanceToNext()).toBe(1_500);
    expect(clock.pending).toBe(0);
    await expect(clock.advanceToNext()).rejects.toThrow('no timer is set');
  });

  it('jumps the wall clock without touching timers and monotonic time', async () => {
    const clock = new FakeClock({ now: 1_000_000 });
    const fired: number[] = [];
    clock.setTimer(() => fired.push(clock.now()), 100);
    clock.setWall(5_000_000);
    expect(clock.monotonic()).toBe(0);
    expect(fired).toEqual([]);
    await clock.advance(100);
    expect(fired).toEqual([5_000_100]);
  });

  it('resolves whenPending as soon as that many timers are set, and not before', async () => {
    const clock = new FakeClock();
    let reached = false;
    const two = (async () => {
      await clock.whenPending(2);
      reached = true;
    })();
    clock.setTimer(() => undefined, 1);
    await clock.advance(0);
    expect(reached).toBe(false);
    clock.setTimer(() => undefined, 1);
    await two;
    expect(clock.delays).toEqual([1, 1]);
  });

  it('forgets a cancelled timer', async () => {
    const clock = new FakeClock();
    const timer = clock.setTimer(() => expect.unreachable(), 10);
    timer.cancel();
    timer.cancel();
    expect(clock.pending).toBe(0);
    await clock.advance(20);
  });
});
