import { expect, it } from 'vitest';
import { parseQuantity } from './quantity.ts';

it.each([
  ['2', 2],
  ['250m', 0.25],
  ['1.5', 1.5],
  ['64Mi', 64 * 2 ** 20],
  ['1k', 1_000],
  ['1e3', 1_000],
  ['1GB', undefined],
  ['-1', undefined],
  ['', undefined],
])('%j is %j', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});
