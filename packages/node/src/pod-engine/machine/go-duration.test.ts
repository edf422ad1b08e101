import { expect, it } from 'vitest';
import { goDuration } from './go-duration.ts';

it.each([
  [0, '0s'],
  [7, '7ms'],
  [1_000, '1s'],
  [1_250, '1.25s'],
  [80_000, '1m20s'],
  [300_000, '5m0s'],
  [3_661_001, '1h1m1.001s'],
])('writes %i ms as Go does', (milliseconds, text) => {
  expect(goDuration(milliseconds)).toBe(text);
});
