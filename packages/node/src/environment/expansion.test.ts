import { describe, expect, it } from 'vitest';
import { expand } from './expansion.ts';

const mapping = (name: string) =>
  ({ A: 'a', EMPTY: '', NESTED: '$(A)', IP: { parts: [{ field: 'status.podIP' as const }] } })[name];

describe('expansion', () => {
  it.each([
    ['no reference', 'no reference'],
    ['', ''],
    ['$(A)', 'a'],
    ['x$(A)y$(A)', 'xaya'],
    ['<$(EMPTY)>', '<>'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$$$$(A)', '$$(A)'],
    ['$$', '$'],
    ['$', '$'],
    ['a$', 'a$'],
    ['$A', '$A'],
    ['$(A', '$(A'],
    ['$(', '$('],
    ['$($(A)', '$($(A)'],
    ['$()', '$()'],
    ['$é$(A)', '$éa'],
    ['$(NESTED)', '$(A)'],
  ])('turns %j into %j', (text, expected) => {
    expect(expand(text, mapping)).toBe(expected);
  });

  it('keeps what stands around a deferred field, neighbouring strings joined', () => {
    expect(expand('http://$(A)$$$(IP):80/$(IP)', mapping)).toEqual({
      parts: ['http://a$', { field: 'status.podIP' }, ':80/', { field: 'status.podIP' }],
    });
  });

  it('is a deferred field alone when there is nothing around it', () => {
    expect(expand('$(IP)$(EMPTY)', mapping)).toEqual({ parts: [{ field: 'status.podIP' }] });
  });
});
