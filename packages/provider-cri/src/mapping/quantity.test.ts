import { expect, it } from 'vitest';
import { milliValue, wholeValue } from './quantity.ts';

it.each([
  ['250m', 250n],
  ['1', 1000n],
  ['0.1', 100n],
  ['1.5', 1500n],
  ['1Ki', 1_024_000n],
  ['1k', 1_000_000n],
  ['1e3', 1_000_000n],
  ['100u', 1n],
  ['.5', 500n],
])('%s is %s thousandths', (text, milli) => {
  expect(milliValue(text)).toBe(milli);
});

it('whole units are rounded up', () => {
  expect(wholeValue('1500m')).toBe(2n);
  expect(wholeValue('64Mi')).toBe(67_108_864n);
});

it('what is no quantity has no value', () => {
  expect(milliValue('lots')).toBeUndefined();
  expect(milliValue('')).toBeUndefined();
  expect(milliValue(undefined)).toBeUndefined();
  expect(milliValue('1e999999999')).toBeUndefined();
});
