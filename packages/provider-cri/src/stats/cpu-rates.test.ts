import { expect, it } from 'vitest';
import { CpuRates } from './cpu-rates.ts';

const second = 1_000_000_000n;

it('a rate needs two readings', () => {
  const rates = new CpuRates();
  expect(rates.rateOf('a', second, second)).toBeUndefined();
  expect(rates.rateOf('a', 3n * second, 2n * second)).toBe(500_000_000);
});

it('a reading that the runtime gives again keeps its rate', () => {
  const rates = new CpuRates();
  rates.rateOf('a', second, 0n);
  rates.rateOf('a', 2n * second, second);
  expect(rates.rateOf('a', 2n * second, second)).toBe(1_000_000_000);
});

it('a total that has gone back is a new beginning', () => {
  const rates = new CpuRates();
  rates.rateOf('a', second, second);
  expect(rates.rateOf('a', 2n * second, 0n)).toBeUndefined();
  expect(rates.rateOf('a', 3n * second, second)).toBe(1_000_000_000);
});

it('what is gone is forgotten', () => {
  const rates = new CpuRates();
  rates.rateOf('a', second, 0n);
  rates.keep(new Set());
  expect(rates.rateOf('a', 2n * second, second)).toBeUndefined();
});
