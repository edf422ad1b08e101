import { expect, it } from 'vitest';
import { drawDuration, seededFraction } from './seeded-random.ts';

it('the same seed and the same names give the same number, another seed another one', () => {
  expect(seededFraction('7', 'default', 'web')).toBe(seededFraction('7', 'default', 'web'));
  expect(seededFraction('7', 'default', 'web')).not.toBe(seededFraction('8', 'default', 'web'));
  expect(seededFraction('7', 'a', 'bc')).not.toBe(seededFraction('7', 'ab', 'c'));
});

it('what is drawn lies within the range, and differs from pod to pod', () => {
  const drawn = Array.from({ length: 200 }, (_, index) =>
    drawDuration({ minimum: 1_000, maximum: 5_000 }, '0', `pod-${index}`),
  );
  expect(drawn.every((value) => value >= 1_000 && value <= 5_000)).toBe(true);
  expect(new Set(drawn).size).toBeGreaterThan(100);
});
