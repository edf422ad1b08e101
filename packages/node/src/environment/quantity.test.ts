import { describe, expect, it } from 'vitest';
import { dividedUp, parseQuantity, roundedUp } from './quantity.ts';

describe('quantity', () => {
  it.each([
    ['1', 1000n],
    ['500m', 500n],
    ['0.1', 100n],
    ['.5', 500n],
    ['1.', 1000n],
    ['+2', 2000n],
    ['-1', -1000n],
    ['100u', 1n],
    ['1n', 1n],
    ['2e3', 2_000_000n],
    ['5E-1', 500n],
    ['1k', 1_000_000n],
    ['1Ki', 1_024_000n],
    ['1.5Gi', 1_610_612_736_000n],
    ['1E', 10n ** 21n],
    ['1Ei', 2n ** 60n * 1000n],
  ])('reads %s as %d thousandths, rounded up', (text, thousandths) => {
    const quantity = parseQuantity(text);
    expect(quantity && roundedUp(quantity, 1000n)).toBe(thousandths);
  });

  it.each(['', '.', 'm', '1 Gi', '1gi', '1K', '--1', '1e', '1e999999999', 'NaN'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    [7n, 2n, 4n],
    [8n, 2n, 4n],
    [0n, 3n, 0n],
    [-7n, 2n, -3n],
  ])('divides %d by %d and rounds up to %d', (dividend, divisor, quotient) => {
    expect(dividedUp(dividend, divisor)).toBe(quotient);
  });
});
