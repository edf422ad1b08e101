import { describe, expect, it } from 'vitest';
import { formatNumber, prometheusText } from './prometheus-text.ts';

const definition = { name: 'some_things', type: 'gauge', help: 'Things', labels: {} } as const;

describe('the text format', () => {
  it('says the help and the type before the samples', () => {
    const samples = [
      { labels: [['kind', 'a'] as const, ['size', 'b'] as const], value: 2 },
      { labels: [], value: 0.5 },
    ];
    expect(prometheusText(definition, samples)).toBe(
      '# HELP some_things Things\n# TYPE some_things gauge\nsome_things{kind="a",size="b"} 2\nsome_things 0.5\n',
    );
  });

  it('escapes backslash and line feed in a help text, and quotes too in a label', () => {
    const text = prometheusText({ ...definition, help: 'a "b" \\ c\nd' }, [
      { labels: [['l', 'a "b" \\ c\nd']], value: 1 },
    ]);
    expect(text).toBe(
      '# HELP some_things a "b" \\\\ c\\nd\n# TYPE some_things gauge\nsome_things{l="a \\"b\\" \\\\ c\\nd"} 1\n',
    );
  });

  it('writes infinities and what is no number as Go reads them', () => {
    expect([Infinity, -Infinity, NaN, 1e-7, 1e21, 3].map(formatNumber)).toEqual([
      '+Inf',
      '-Inf',
      'NaN',
      '1e-7',
      '1e+21',
      '3',
    ]);
  });

  it('leaves out a metric without samples', () => {
    expect(prometheusText(definition, [])).toBe('');
  });
});
