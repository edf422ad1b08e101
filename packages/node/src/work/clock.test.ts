import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';

describe('systemClock', () => {
  afterEach(() => vi.useRealTimers());

  it('waits out a delay that is longer than a Node.js timer can hold', () => {
    vi.useFakeTimers();
    const callback = vi.fn();
    const delay = 2 ** 31 + 5_000;
    systemClock.setTimer(callback, delay);
    vi.advanceTimersByTime(delay - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('cancels the later parts of a long delay, and cancelling twice is fine', () => {
    vi.useFakeTimers();
    const callback = vi.fn();
    const timer = systemClock.setTimer(callback, 2 ** 31 + 5_000);
    vi.advanceTimersByTime(2 ** 31);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(2 ** 31);
    expect(callback).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a sleep with the reason of the abort and leaves no timer behind', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const reason = new Error('stop');
    const sleep = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    await expect(systemClock.sleep(1, controller.signal)).rejects.toBe(reason);
  });

  it('resolves a sleep when its time has passed', async () => {
    vi.useFakeTimers();
    const sleep = systemClock.sleep(1_000, new AbortController().signal);
    vi.advanceTimersByTime(1_000);
    await expect(sleep).resolves.toBeUndefined();
  });

  it('has a monotonic clock that does not go back', () => {
    const before = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
    expect(systemClock.now()).toBeGreaterThan(Date.UTC(2025, 0, 1));
  });
});
