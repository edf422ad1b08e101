import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

describe('Fifo', () => {
  it('gives values back in the order in which they came', () => {
    const line = new Fifo<string>();
    for (const value of ['a', 'b', 'c']) line.push(value);
    expect(line.push('a')).toBe(false);
    expect([line.shift(), line.shift(), line.shift(), line.shift()]).toEqual(['a', 'b', 'c', undefined]);
  });

  it('lets a value leave from the front, the middle and the end, and come back behind the others', () => {
    const line = new Fifo<string>();
    for (const value of ['a', 'b', 'c', 'd']) line.push(value);
    expect([line.remove('a'), line.remove('c'), line.remove('d'), line.remove('d')]).toEqual([true, true, true, false]);
    line.push('a');
    expect(line.size).toBe(2);
    expect([line.shift(), line.shift(), line.shift()]).toEqual(['b', 'a', undefined]);
  });
});
