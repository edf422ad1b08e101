import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('gives its burst at once, then as fast as it fills up', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ burst: 2, tokensPerSecond: 4 }, clock);
    expect([bucket.tryTake(), bucket.tryTake(), bucket.tryTake()]).toEqual([true, true, false]);
    expect(bucket.wait()).toBe(250);
    await clock.advance(249);
    expect(bucket.tryTake()).toBe(false);
    await clock.advance(1);
    expect([bucket.wait(), bucket.tryTake(), bucket.tryTake()]).toEqual([0, true, false]);
  });

  it('holds no more than its burst, however long it was left alone', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ burst: 1, tokensPerSecond: 100 }, clock);
    await clock.advance(60_000);
    expect([bucket.tryTake(), bucket.tryTake()]).toEqual([true, false]);
  });
});
