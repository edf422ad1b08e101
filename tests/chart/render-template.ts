import { isTrue, templateFunctions } from './template-functions.ts';
import type { Part } from './template-tree.ts';

interface Scope {
  /** What `.` is. */
  readonly dot: unknown;
  /** By name; `$` is what the template was given. */
  readonly variables: ReadonlyMap<string, unknown>;
}

export interface RenderOptions {
  readonly named: ReadonlyMap<string, readonly Part[]>;
  /** What `.` and `$` are. */
  readonly data: unknown;
}

/** Gives the text of a template. @throws SyntaxError for what is not known here, and for a field of something that has none. */
export function renderTemplate(parts: readonly Part[], { named, data }: RenderOptions): string {
  const renderAll = (all: readonly Part[], scope: Scope): string => all.map((part) => render(part, scope)).join('');

  function render(part: Part, scope: Scope): string {
    if (part.kind === 'text') return part.text;
    const value = evaluate(part.pipeline, scope);
    if (part.kind === 'value') return textOf(value);
    if (!isTrue(value)) return renderAll(part.otherwise, scope);
    if (part.kind === 'if') return renderAll(part.body, scope);
    if (part.kind === 'with') return renderAll(part.body, { ...scope, dot: value });
    const entries: [unknown, unknown][] = Array.isArray(value)
      ? value.map((item: unknown, index) => [index, item])
      : Object.entries(value as object).sort(([left], [right]) => (left < right ? -1 : 1));
    return entries.map(([key, item]) => renderAll(part.body, inside(part.variables, key, item, scope))).join('');
  }

  function inside(names: readonly string[], key: unknown, item: unknown, scope: Scope): Scope {
    const [first, second] = names;
    const variables = new Map(scope.variables);
    if (first !== undefined) variables.set(first, second === undefined ? item : key);
    if (second !== undefined) variables.set(second, item);
    return { dot: item, variables };
  }

  /** `a b | c d` is `c d (a b)`. */
  function evaluate(words: readonly string[], scope: Scope): unknown {
    let rest = [...words];
    let piped: { readonly value: unknown } | undefined;
    for (;;) {
      const end = pipeOf(rest);
      piped = { value: command(end === -1 ? rest : rest.slice(0, end), piped, scope) };
      if (end === -1) return piped.value;
      rest = rest.slice(end + 1);
    }
  }

  function command(words: readonly string[], piped: { readonly value: unknown } | undefined, scope: Scope): unknown {
    const [first = ''] = words;
    const isCall = first === 'include' || first in templateFunctions;
    const values = operands(isCall ? words.slice(1) : words, scope);
    if (!isCall) {
      if (values.length !== 1 || piped !== undefined) throw new SyntaxError(`not a function: ${first}`);
      return values[0];
    }
    if (piped !== undefined) values.push(piped.value);
    return first === 'include' ? include(String(values[0]), values[1]) : templateFunctions[first]?.(...values);
  }

  function operands(words: readonly string[], scope: Scope): unknown[] {
    const values: unknown[] = [];
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? '';
      if (word !== '(') {
        values.push(operand(word, scope));
        continue;
      }
      const end = closingOf(words, index);
      values.push(evaluate(words.slice(index + 1, end), scope));
      index = end;
    }
    return values;
  }

  function operand(word: string, { dot, variables }: Scope): unknown {
    if (word.startsWith('"')) return JSON.parse(word);
    if (/^\d+$/.test(word)) return Number(word);
    const [start = '', ...fields] = word.split('.');
    if (start !== '' && !variables.has(start)) throw new SyntaxError(`${word} is not known`);
    const from = start === '' ? dot : variables.get(start);
    return fields.filter((field) => field !== '').reduce((value, field) => fieldOf(value, field, word), from);
  }

  function include(name: string, inner: unknown): string {
    const parts = named.get(name);
    if (parts === undefined) throw new SyntaxError(`there is no template "${name}"`);
    return renderTemplate(parts, { named, data: inner });
  }

  return renderAll(parts, { dot: data, variables: new Map([['$', data]]) });
}

function fieldOf(value: unknown, field: string, word: string): unknown {
  if (typeof value !== 'object' || value === null || !(field in value))
    throw new SyntaxError(`${word}: there is no ${field}`);
  return (value as Readonly<Record<string, unknown>>)[field];
}

function pipeOf(words: readonly string[]): number {
  let depth = 0;
  return words.findIndex((word) => {
    if (word === '(') depth++;
    if (word === ')') depth--;
    return depth === 0 && word === '|';
  });
}

function closingOf(words: readonly string[], open: number): number {
  let depth = 0;
  const end = words.findIndex((word, index) => {
    if (index < open) return false;
    if (word === '(') depth++;
    if (word === ')') depth--;
    return depth === 0;
  });
  if (end === -1) throw new SyntaxError('a parenthesis is not closed');
  return end;
}

function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) throw new SyntaxError('an object is not text; use toYaml or toJson');
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
