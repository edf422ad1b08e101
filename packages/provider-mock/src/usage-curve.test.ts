import { expect, it } from 'vitest';
import { usageCurve } from './usage-curve.ts';

const hour = 3_600_000;

it('a load moves around its average, and its total is the sum of it', () => {
  const { rate, total } = usageCurve(2, 0.3, 0.7);
  const step = 1_000;
  let summed = 0;
  const rates: number[] = [];
  for (let at = 0; at < hour; at += step) {
    rates.push(rate(at));
    summed += rate(at + step / 2) * step;
  }
  expect(Math.min(...rates)).toBeCloseTo(1.2, 2);
  expect(Math.max(...rates)).toBeCloseTo(2.8, 2);
  expect(total(hour) / summed).toBeCloseTo(1, 4);
});

it('a total begins at nothing and never goes back', () => {
  const { total } = usageCurve(1, 0, 0.9);
  const totals = Array.from({ length: 1_000 }, (_, index) => total(index * 777));
  expect(totals[0]).toBe(0);
  expect(totals).toEqual(totals.toSorted((a, b) => a - b));
});
