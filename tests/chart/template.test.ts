import { describe, expect, it } from 'vitest';
import { renderTemplate } from './render-template.ts';
import { templateTokens } from './template-tokens.ts';
import { templateTree } from './template-tree.ts';

function render(source: string, data: unknown): string {
  const { body, defined } = templateTree(templateTokens(source));
  return renderTemplate(body, { named: defined, data });
}

describe('the renderer of templates', () => {
  it('takes white space away on the side of a dash', () => {
    expect(render('a \n {{- .b -}} \n c', { b: 'B' })).toBe('aBc');
  });

  it('knows if, else, with and range, with the dot and its variables', () => {
    expect(render('{{ if .no }}a{{ else }}b{{ end }}', { no: '' })).toBe('b');
    expect(render('{{ with .in }}{{ .a }}{{ $.out }}{{ end }}', { in: { a: 1 }, out: 2 })).toBe('12');
    expect(render('{{ range $key, $value := .map }}{{ $key }}={{ $value }};{{ end }}', { map: { b: 2, a: 1 } })).toBe(
      'a=1;b=2;',
    );
  });

  it('gives what stands before a pipe to the function behind it as its last value', () => {
    expect(render('{{ .a | default "x" | quote }}', { a: '' })).toBe('"x"');
    expect(render('{{ if gt (int .n) 1 }}many{{ end }}', { n: 2 })).toBe('many');
  });

  it('refuses what it does not know, instead of leaving it out', () => {
    expect(() => render('{{ lookup "v1" }}', {})).toThrow('lookup is not known');
    expect(() => render('{{ .missing.field }}', {})).toThrow('there is no missing');
    expect(() => render('{{ if .a }}', { a: 1 })).toThrow('a block has no {{ end }}');
    expect(() => render('{{ .a }}', { a: {} })).toThrow('an object is not text');
  });
});
