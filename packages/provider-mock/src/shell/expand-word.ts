import type { VirtualFileSystem } from '../file-system/virtual-file-system.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { escapePattern, isPattern, matchFiles, startExpression } from './file-patterns.ts';
import { longestText } from './longest-text.ts';
import { ShellLimitError } from './shell-limit-error.ts';
import type { Script, Word, WordPart } from './syntax.ts';
import { UnsetVariableError } from './unset-variable-error.ts';

/** What expansion needs of the shell. */
export interface Expansion {
  readonly files: VirtualFileSystem;
  readonly workingDirectory: string;
  readonly positional: readonly string[];
  /** Undefined when it is not set. */
  variable(name: string): string | undefined;
  assign(name: string, value: string): void;
  /** What a script writes to its standard output. */
  substitute(script: Script): Promise<string>;
}

/** One field while it is put together: its text, and the same with what was quoted escaped. */
interface Field {
  text: string;
  pattern: string;
}

/** The fields that a word becomes: none, one or many. */
export async function expandWord(word: Word, expansion: Expansion): Promise<string[]> {
  const fields: Field[] = [];
  let current: Field | undefined;
  const append = (text: string, quoted: boolean): void => {
    current ??= { text: '', pattern: '' };
    current.text += text;
    requireRoom(current.text);
    current.pattern += quoted ? escapePattern(text) : text;
  };
  const finish = (): void => {
    if (current !== undefined) fields.push(current);
    current = undefined;
  };
  for (const [index, part] of word.entries()) {
    if (part.kind === 'text') {
      const home = index === 0 && !part.quoted && part.text === '~' && isTildeAlone(word);
      append(home ? (expansion.variable('HOME') ?? '~') : part.text, part.quoted || home);
    } else if (part.kind === 'variable' && part.name === '@' && part.quoted) {
      // "" before it is what the quotes themselves leave; without parameters it leaves nothing.
      if (expansion.positional.length === 0 && current?.text === '') current = undefined;
      for (const [at, text] of expansion.positional.entries()) {
        if (at > 0) finish();
        append(text, true);
      }
    } else if (part.quoted) append(await expandPart(part, expansion), true);
    else {
      const text = await expandPart(part, expansion);
      const pieces = text.split(/[ \t\n]+/u);
      for (const [at, piece] of pieces.entries()) {
        if (at > 0) finish();
        if (piece !== '') append(piece, false);
      }
    }
  }
  finish();
  return fields.flatMap(({ text, pattern }) => {
    const found = isPattern(pattern) ? matchFiles(expansion.files, expansion.workingDirectory, pattern) : [];
    return found.length > 0 ? found : [text];
  });
}

/** A word as one text: neither split nor matched against file names. */
export async function expandText(word: Word, expansion: Expansion): Promise<string> {
  let text = '';
  for (const part of word) {
    text += part.kind === 'text' ? part.text : await expandPart(part, expansion);
    requireRoom(text);
  }
  return text;
}

function requireRoom({ length }: string): void {
  if (length > longestText) throw new ShellLimitError('out of memory');
}

function isTildeAlone(word: Word): boolean {
  const next = word[1];
  return next === undefined || (next.kind === 'text' && next.text === '/');
}

async function expandPart(part: Exclude<WordPart, { readonly kind: 'text' }>, expansion: Expansion): Promise<string> {
  if (part.kind === 'substitution') return (await expansion.substitute(part.script)).replace(/\n+$/u, '');
  if (part.kind === 'arithmetic') {
    const text = await expandText(part.expression, expansion);
    return String(evaluateArithmetic(text, (name) => expansion.variable(name) ?? ''));
  }
  const { name, operator, operand = [] } = part;
  const value = name === '@' || name === '*' ? expansion.positional.join(' ') : expansion.variable(name);
  if (operator === undefined) return value ?? '';
  if (operator === 'length') return String((value ?? '').length);
  if (operator.startsWith('#') || operator.startsWith('%'))
    return trimmed(value ?? '', operator, await expandText(operand, expansion));
  const missing = value === undefined || (operator.startsWith(':') && value === '');
  const action = operator.at(-1);
  if (action === '+') return missing ? '' : expandText(operand, expansion);
  if (!missing) return value;
  const text = await expandText(operand, expansion);
  if (action === '?') throw new UnsetVariableError(name, text);
  if (action === '=') expansion.assign(name, text);
  return text;
}

/** `${NAME#pattern}` and its kin: the shortest or the longest match at one end is taken away. */
function trimmed(value: string, operator: string, pattern: string): string {
  const fromEnd = operator.startsWith('%');
  const text = fromEnd ? backwards(value) : value;
  const found = startExpression(pattern, { longest: operator.length === 2, fromEnd }).exec(text)?.[0];
  if (found === undefined) return value;
  const rest = text.slice(found.length);
  return fromEnd ? backwards(rest) : rest;
}

function backwards(text: string): string {
  return Array.from(text).toReversed().join('');
}
