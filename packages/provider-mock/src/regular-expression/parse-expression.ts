import type { CharacterTest } from './characters.ts';
import { PatternError } from './pattern-error.ts';
import type { Assertion, Token } from './tokens.ts';

/** A regular expression as a tree. */
export type Expression =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly part: Expression; readonly least: number; readonly most?: number };

/** @throws PatternError for parentheses that do not match. */
export function parseExpression(tokens: Iterable<Token>): Expression {
  const outer: Expression[][][] = [];
  /** The branches of the group that is being read, each with its parts. */
  let branches: Expression[][] = [[]];
  for (const token of tokens) {
    const branch = branches.at(-1) ?? [];
    switch (token.kind) {
      case 'open':
        outer.push(branches);
        branches = [[]];
        break;
      case 'close': {
        const group = either(branches);
        const enclosing = outer.pop();
        if (enclosing === undefined) throw new PatternError('Unmatched ) or \\)');
        branches = enclosing;
        branches.at(-1)?.push(group);
        break;
      }
      case 'or':
        branches.push([]);
        break;
      case 'repeat': {
        const part = branch.pop();
        if (part !== undefined) branch.push({ ...token, part });
        break;
      }
      case 'character':
      case 'assertion':
        branch.push(token);
    }
  }
  if (outer.length > 0) throw new PatternError('Unmatched ( or \\(');
  return either(branches);
}

export function either(branches: readonly (readonly Expression[])[]): Expression {
  return { kind: 'either', parts: branches.map((parts) => ({ kind: 'sequence', parts })) };
}
