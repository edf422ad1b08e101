import { createHash } from 'node:crypto';
import type { DurationRange } from './duration.ts';

/** A number from 0 up to 1 that depends on its arguments alone, so that the same seed gives the same run in any order of calls. */
export function seededFraction(seed: string, ...about: readonly string[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...about]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** Five numbers like that at the price of one. */
export function seededFractions(seed: string, ...about: readonly string[]): readonly number[] {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...about]))
    .digest();
  return [0, 6, 12, 18, 24].map((offset) => digest.readUIntBE(offset, 6) / 2 ** 48);
}

/** Whole milliseconds within the range; the range's one value when its bounds are equal. */
export function drawDuration(range: DurationRange, seed: string, ...about: readonly string[]): number {
  const { minimum, maximum } = range;
  if (minimum === maximum) return minimum;
  return Math.round(minimum + (maximum - minimum) * seededFraction(seed, ...about));
}
