import { describe, expect, it } from 'vitest';
import { duration, formatDuration } from './duration.ts';
import { nearestName } from './nearest-name.ts';
import { boolean, choice, integer, keyValues, text } from './value-types.ts';

describe('durations', () => {
  const { parse } = duration({ minimum: 0 });

  it('are written as Go writes them', () => {
    expect(parse('40s')).toBe(40_000);
    expect(parse('1m30s')).toBe(90_000);
    expect(parse('1.5h')).toBe(5_400_000);
    expect(parse('250ms')).toBe(250);
    expect(parse('0')).toBe(0);
  });

  it('need a unit, and nothing may follow', () => {
    expect(() => parse('40')).toThrow(
      "'40' is not a duration; write a number with a unit, such as 40s, 1m30s or 500ms",
    );
    expect(() => parse('40s later')).toThrow('is not a duration');
    expect(() => parse('-1s')).toThrow('is not a duration');
    expect(() => parse('')).toThrow('is not a duration');
  });

  it('have a least value', () => {
    expect(() => duration({ minimum: 1_000 }).parse('10ms')).toThrow("'10ms' is too short; the least is 1s");
  });

  it('are shown in the shortest way', () => {
    expect([0, 90_000, 40_000, 3_600_000, 1_500].map(formatDuration)).toEqual(['0', '1m30s', '40s', '1h', '1s500ms']);
  });
});

describe('other values', () => {
  it('takes whole numbers within bounds only', () => {
    const { parse } = integer({ minimum: 1, maximum: 100 });
    expect(parse('10')).toBe(10);
    for (const bad of ['0', '101', '1.5', 'ten', '', '0x10'])
      expect(() => parse(bad)).toThrow(`'${bad}' is not a whole number from 1 to 100`);
  });

  it('takes a switch as Go programs do', () => {
    expect(['true', 'T', '1', 'false', 'F', '0'].map((given) => boolean.parse(given))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(() => boolean.parse('on')).toThrow("'on' is neither true nor false");
  });

  it('takes a word in any case and says what was probably meant', () => {
    const { parse } = choice(['leave', 'delete'] as const);
    expect(parse('Delete')).toBe('delete');
    expect(() => parse('delte')).toThrow("'delte' is not one of leave, delete; did you mean delete?");
    expect(() => parse('xyzzy')).toThrow("'xyzzy' is not one of leave, delete");
  });

  it('takes labels as key=value, with an empty value if need be', () => {
    expect(keyValues.parse('a=1, b=,c=x=y')).toEqual({ a: '1', b: '', c: 'x=y' });
    expect(() => keyValues.parse('a=1,b')).toThrow("'b' is not KEY=VALUE");
  });

  it('refuses an empty text', () => {
    expect(() => text('NAME').parse(' ')).toThrow('the value is empty');
  });
});

describe('nearestName', () => {
  it('sees through a slip of the finger, a swap included', () => {
    expect(nearestName('porvider', ['provider', 'nodename'])).toBe('provider');
    expect(nearestName('nodname', ['provider', 'nodename'])).toBe('nodename');
  });

  it('keeps quiet when nothing is near', () => {
    expect(nearestName('colour', ['provider', 'nodename'])).toBeUndefined();
  });
});
