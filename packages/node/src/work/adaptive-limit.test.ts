import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';

class Busy extends Error {
  readonly retryAfterMilliseconds: number;
  constructor(retryAfterMilliseconds = 0) {
    super('busy');
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }
}

function setUp(maximum = 8) {
  const clock = new FakeClock();
  const limit = new AdaptiveLimit({
    maximum,
    clock,
    throttled: (error) =>
      error instanceof Busy ? { retryAfterMilliseconds: error.retryAfterMilliseconds } : undefined,
  });
  const { signal } = new AbortController();
  const succeed = (): Promise<string> => limit.run(async () => 'ok', signal);
  const failWith = async (failure: Error): Promise<unknown> => {
    try {
      return await limit.run(async () => {
        throw failure;
      }, signal);
    } catch (thrown) {
      return thrown;
    }
  };
  return { clock, limit, signal, succeed, failWith };
}

describe('AdaptiveLimit', () => {
  it('runs no more at once than the limit, in the order in which they came', async () => {
    const { limit, clock, signal } = setUp(2);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3].map((task) =>
      limit.run(() => {
        started.push(task);
        return new Promise<void>((resolve) => ends.push(resolve));
      }, signal),
    );
    await clock.advance(0);
    expect(started).toEqual([0, 1]);
    expect([limit.inFlight, limit.waiting]).toEqual([2, 2]);
    ends[1]?.();
    await clock.advance(0);
    expect(started).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await clock.advance(0);
    ends[3]?.();
    await Promise.all(all);
    expect([limit.inFlight, limit.waiting]).toEqual([0, 0]);
  });

  it('halves the limit when it is told to slow down, and never goes below the minimum', async () => {
    const { limit, failWith } = setUp();
    expect(await failWith(new Busy())).toBeInstanceOf(Busy);
    expect(limit.limit).toBe(4);
    for (let time = 0; time < 5; time++) await failWith(new Busy());
    expect(limit.limit).toBe(1);
  });

  it('lowers the limit once for all that was in flight together', async () => {
    const { limit, failWith } = setUp();
    await Promise.all([1, 2, 3, 4, 5].map(() => failWith(new Busy())));
    expect(limit.limit).toBe(4);
  });

  it('raises the limit by one for each round of successes, up to the maximum', async () => {
    const { limit, succeed, failWith } = setUp();
    await failWith(new Busy());
    for (let time = 0; time < 5; time++) await succeed();
    expect(limit.limit).toBe(5);
    for (let time = 0; time < 100; time++) await succeed();
    expect(limit.limit).toBe(8);
  });

  it('starts nothing before the wait that was asked for is over; the longest one counts', async () => {
    const { limit, clock, succeed, failWith } = setUp();
    await Promise.all([failWith(new Busy(3_000)), failWith(new Busy(1_000))]);
    let result: string | undefined;
    const waiting = (async () => {
      result = await succeed();
    })();
    await clock.advance(2_999);
    expect(result).toBeUndefined();
    expect(limit.waiting).toBe(1);
    await clock.advance(1);
    await waiting;
    expect(result).toBe('ok');
    expect(clock.pending).toBe(0);
  });

  it('leaves the limit alone on other errors', async () => {
    const { limit, failWith } = setUp();
    expect(await failWith(new Error('not found'))).toMatchObject({ message: 'not found' });
    expect(limit.limit).toBe(8);
  });

  it('lets a waiting task go when its signal is aborted', async () => {
    const { limit, clock, signal } = setUp(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = limit.run(() => promise, signal);
    const controller = new AbortController();
    const second = limit.run(() => expect.unreachable(), controller.signal);
    controller.abort(new Error('too late'));
    await expect(second).rejects.toThrow('too late');
    resolve();
    await first;
    await clock.advance(0);
    expect(limit.inFlight).toBe(0);
  });
});
