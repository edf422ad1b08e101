import { describe, expect, it } from 'vitest';
import { formatSeconds, parseDuration, parseDurationRange } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['250ms', 250],
    ['1.5s', 1_500],
    ['1m30s', 90_000],
    ['2h0.5m', 7_230_000],
    ['10us', 0.01],
  ])('%s is read as in Go', (text, milliseconds) => {
    expect(parseDuration(text)).toBeCloseTo(milliseconds);
  });

  it.each(['', '10', '-1s', '1s 2s', '1d', 's', '1..5s'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('may be a range, whose bounds are in order', () => {
    expect(parseDurationRange('1s-5s')).toEqual({ minimum: 1_000, maximum: 5_000 });
    expect(parseDurationRange('3s')).toEqual({ minimum: 3_000, maximum: 3_000 });
    expect(parseDurationRange('5s-1s')).toBeUndefined();
    expect(parseDurationRange('1s-2s-3s')).toBeUndefined();
  });

  it('is printed as Go prints it', () => {
    expect([10_000, 80_000, 300_000, 3_661_000].map(formatSeconds)).toEqual(['10s', '1m20s', '5m0s', '1h1m1s']);
  });
});
