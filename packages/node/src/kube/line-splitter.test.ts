import { describe, expect, it } from 'vitest';
import { LineSplitter, LineTooLongError } from './line-splitter.ts';

describe('LineSplitter', () => {
  it('gives the same lines wherever the chunks are cut, also within a character', () => {
    const lines = ['{"name":"größe"}', '{"name":"日本語 🎉"}', '{"name":"x"}'];
    const bytes = Buffer.from(lines.join('\n') + '\n');
    for (let size = 1; size <= bytes.length; size++) {
      const splitter = new LineSplitter();
      const got: string[] = [];
      for (let start = 0; start < bytes.length; start += size) {
        got.push(...splitter.push(bytes.subarray(start, start + size)));
      }
      expect(got).toEqual(lines);
    }
  });

  it('holds back what has no end yet', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.from('one\ntwo'))).toEqual(['one']);
    expect(splitter.push(Buffer.from(' and a half'))).toEqual([]);
    expect(splitter.push(Buffer.from('\n\n'))).toEqual(['two and a half']);
  });

  it('refuses a line without end instead of filling the memory', () => {
    const splitter = new LineSplitter(10);
    expect(splitter.push(Buffer.from('12345678\n12345'))).toEqual(['12345678']);
    expect(() => splitter.push(Buffer.from('678901'))).toThrow(LineTooLongError);
  });
});
