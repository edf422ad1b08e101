import { describe, expect, it } from 'vitest';
import { deepEqual } from './deep-equal.ts';

describe('two values mean the same to the API server', () => {
  it.each([
    ['when the keys come in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['when one lacks an empty list', { a: [] }, {}],
    ['when one lacks an empty map', { a: {} }, {}],
    ['when one holds null', { a: null }, {}],
    ['when lists have equal members', [{ a: 1 }], [{ a: 1 }]],
  ])('%s', (_why, left, right) => {
    expect(deepEqual(left, right)).toBe(true);
  });

  it.each([
    ['the order of a list', [1, 2], [2, 1]],
    ['the length of a list', [1], [1, 1]],
    ['a zero', { a: 0 }, {}],
    ['an empty text', { a: '' }, {}],
    ['a type', { a: '1' }, { a: 1 }],
  ])('but not when they differ in %s', (_what, left, right) => {
    expect(deepEqual(left, right)).toBe(false);
  });
});
