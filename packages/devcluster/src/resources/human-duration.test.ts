import { describe, expect, it } from 'vitest';
import { humanAge, humanDuration } from './human-duration.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('a span of time', () => {
  it.each([
    [-5 * second, '<invalid>'],
    [-1 * second, '0s'],
    [0, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [9 * minute + 59 * second, '9m59s'],
    [10 * minute + 30 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 5 * minute, '7h5m'],
    [47 * hour, '47h'],
    [2 * day, '2d'],
    [7 * day + 3 * hour, '7d3h'],
    [8 * day + 3 * hour, '8d'],
    [729 * day, '729d'],
    [730 * day, '2y'],
    [800 * day, '2y70d'],
    [9 * 365 * day, '9y'],
  ])('of %i ms is shown as %s', (milliseconds, shown) => {
    expect(humanDuration(milliseconds)).toBe(shown);
  });

  it('without a beginning is unknown', () => {
    expect(humanAge(undefined, 0)).toBe('<unknown>');
    expect(humanAge(null, 0)).toBe('<unknown>');
  });
});
