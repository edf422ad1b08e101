import { describe, expect, it } from 'vitest';
import { isOlderResourceVersion } from './resource-version.ts';

describe('isOlderResourceVersion', () => {
  it('compares as numbers, of any length', () => {
    expect(isOlderResourceVersion('9', '10')).toBe(true);
    expect(isOlderResourceVersion('10', '9')).toBe(false);
    expect(isOlderResourceVersion('10', '10')).toBe(false);
    expect(isOlderResourceVersion('99999999999999999998', '99999999999999999999')).toBe(true);
  });

  it('says nothing of what is not a number', () => {
    expect(isOlderResourceVersion('', '10')).toBe(false);
    expect(isOlderResourceVersion('1', 'abc')).toBe(false);
    expect(isOlderResourceVersion('0', '5')).toBe(false);
  });
});
