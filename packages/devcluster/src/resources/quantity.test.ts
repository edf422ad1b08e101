import { describe, expect, it } from 'vitest';
import { formatQuantity, isWhole, parseQuantity, roundedToMilli } from './quantity.ts';
import { UndecodableObjectError } from './undecodable-object-error.ts';

describe('a quantity', () => {
  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['1048576', '1048576'],
    ['12000', '12k'],
    ['1.0', '1'],
    ['1e3', '1e3'],
    ['100u', '100u'],
    ['1Ki', '1Ki'],
    ['0.5Ki', '512'],
    ['.5', '500m'],
    ['5.', '5'],
    ['-1', '-1'],
    ['0Gi', '0'],
    ['1E', '1E'],
  ])('%s is written as %s', (text, written) => {
    expect(formatQuantity(parseQuantity(text))).toBe(written);
  });

  it('may be a plain number', () => {
    expect(formatQuantity(parseQuantity(2))).toBe('2');
  });

  it.each(['', 'abc', '1Gb', '1 Gi', '--1', '1e999', {}, null])('%o is none', (value) => {
    expect(() => parseQuantity(value)).toThrow(UndecodableObjectError);
  });

  it('is rounded up to thousandths in a list of resources', () => {
    expect(formatQuantity(roundedToMilli(parseQuantity('100u')))).toBe('1m');
    expect(formatQuantity(roundedToMilli(parseQuantity('-1500u')))).toBe('-2m');
  });

  it('is whole when it has no fraction of a unit', () => {
    expect(isWhole(parseQuantity('2000m'))).toBe(true);
    expect(isWhole(parseQuantity('1500m'))).toBe(false);
  });
});
