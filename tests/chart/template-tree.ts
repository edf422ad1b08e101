import type { Token } from './template-tokens.ts';

/** A part of a template that gives text. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly pipeline: readonly string[] }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: readonly string[];
      /** Of a range: the names for key and value. */
      readonly variables: readonly string[];
      readonly body: readonly Part[];
      readonly otherwise: readonly Part[];
    };

export interface TemplateTree {
  readonly body: readonly Part[];
  /** The named templates that it defines. */
  readonly defined: ReadonlyMap<string, readonly Part[]>;
}

/** Reads what these charts use of Go's templates. @throws SyntaxError for anything else. */
export function templateTree(tokens: readonly Token[]): TemplateTree {
  const defined = new Map<string, readonly Part[]>();
  let next = 0;

  /** Reads up to `end` or `else`, and gives which of them it was. */
  function readParts(nested: boolean): { parts: Part[]; ended: string } {
    const parts: Part[] = [];
    for (let token = tokens[next++]; token !== undefined; token = tokens[next++]) {
      if (token.kind === 'text') {
        parts.push(token);
        continue;
      }
      const [first = '', ...rest] = token.words;
      if (first === 'end' || first === 'else') {
        if (!nested || rest.length > 0) throw new SyntaxError(`unexpected {{ ${token.words.join(' ')} }}`);
        return { parts, ended: first };
      }
      if (first === 'define') defined.set(JSON.parse(rest[0] ?? '') as string, readParts(true).parts);
      else if (first === 'if' || first === 'with' || first === 'range') parts.push(readBlock(first, rest));
      else parts.push({ kind: 'value', pipeline: token.words });
    }
    if (nested) throw new SyntaxError('a block has no {{ end }}');
    return { parts, ended: '' };
  }

  function readBlock(kind: 'if' | 'with' | 'range', words: readonly string[]): Part {
    const assignment = words.indexOf(':=');
    const variables = words.slice(0, Math.max(assignment, 0)).filter((name) => name !== ',');
    const pipeline = words.slice(assignment + 1);
    const { parts: body, ended } = readParts(true);
    return { kind, pipeline, variables, body, otherwise: ended === 'else' ? readParts(true).parts : [] };
  }

  return { body: readParts(false).parts, defined };
}
