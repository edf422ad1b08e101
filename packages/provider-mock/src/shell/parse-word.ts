import { ScriptCursor } from './script-cursor.ts';
import { ShellSyntaxError } from './shell-syntax-error.ts';
import type { Script, Word, WordPart } from './syntax.ts';

/** Reads the commands up to `)` of a command substitution. */
export type ParseSubstitution = (cursor: ScriptCursor) => Script;

const endsWord = /[\s;&|<>()]/u;
const name = /[A-Za-z_][A-Za-z0-9_]*/uy;
const parameter = /[A-Za-z_][A-Za-z0-9_]*|[0-9]|[?$!#@*-]/uy;

/** The word that comes next; undefined when none does. */
export function parseWord(cursor: ScriptCursor, substitution: ParseSubstitution): Word | undefined {
  const parts: WordPart[] = [];
  for (;;) {
    const character = cursor.peek();
    if (character === '' || endsWord.test(character)) return parts.length === 0 ? undefined : parts;
    parts.push(...parsePart(cursor, substitution));
  }
}

function parsePart(cursor: ScriptCursor, substitution: ParseSubstitution): WordPart[] {
  const character = cursor.next();
  if (character === '\\') return cursor.take('\n') ? [] : [{ kind: 'text', text: cursor.next(), quoted: true }];
  if (character === "'") return [{ kind: 'text', text: untilQuote(cursor), quoted: true }];
  if (character === '"') return parseQuoted(cursor, substitution, '"');
  if (character === '$') return [parseDollar(cursor, substitution, false)];
  if (character === '`') return [parseBackquotes(cursor, substitution, false)];
  return [{ kind: 'text', text: character, quoted: false }];
}

/** The text of a here-document, or what is within double quotes: variables are expanded, nothing is split. */
export function parseQuotedText(text: string, substitution: ParseSubstitution): Word {
  return parseQuoted(new ScriptCursor(text), substitution, '');
}

function parseQuoted(cursor: ScriptCursor, substitution: ParseSubstitution, end: string): WordPart[] {
  const parts: WordPart[] = [{ kind: 'text', text: '', quoted: true }];
  for (;;) {
    if (end === '' && cursor.done) return parts;
    const character = cursor.next();
    if (character === end) return parts;
    if (character === '\\') {
      const escaped = cursor.next();
      if (escaped === '\n') continue;
      const text = '$`"\\'.includes(escaped) ? escaped : `\\${escaped}`;
      parts.push({ kind: 'text', text, quoted: true });
    } else if (character === '$') parts.push(parseDollar(cursor, substitution, true));
    else if (character === '`') parts.push(parseBackquotes(cursor, substitution, true));
    else parts.push({ kind: 'text', text: character + (cursor.match(/[^\\$`"]+/uy) ?? ''), quoted: true });
  }
}

function untilQuote(cursor: ScriptCursor): string {
  const text = cursor.match(/[^']*/uy) ?? '';
  cursor.next();
  return text;
}

function parseDollar(cursor: ScriptCursor, substitution: ParseSubstitution, quoted: boolean): WordPart {
  if (cursor.take('((')) return { kind: 'arithmetic', expression: parseArithmetic(cursor, substitution), quoted };
  if (cursor.take('(')) return { kind: 'substitution', script: substitution(cursor), quoted };
  if (cursor.take('{')) return parseBraces(cursor, substitution, quoted);
  const found = cursor.match(parameter);
  return found === undefined ? { kind: 'text', text: '$', quoted } : { kind: 'variable', name: found, quoted };
}

function parseBraces(cursor: ScriptCursor, substitution: ParseSubstitution, quoted: boolean): WordPart {
  if (cursor.peek() === '#' && cursor.peek(1) !== '}') {
    cursor.next();
    const of = cursor.match(parameter) ?? '';
    if (!cursor.take('}')) throw new ShellSyntaxError('bad substitution', { incomplete: cursor.done });
    return { kind: 'variable', name: of, operator: 'length', quoted };
  }
  const found = cursor.match(/[0-9]+/uy) ?? cursor.match(parameter);
  if (found === undefined) throw new ShellSyntaxError('bad substitution', { incomplete: cursor.done });
  if (cursor.take('}')) return { kind: 'variable', name: found, quoted };
  const operator = cursor.match(/:[-=+?]|[-=+?]|##?|%%?/uy);
  if (operator === undefined) throw new ShellSyntaxError('bad substitution', { incomplete: cursor.done });
  const operand: WordPart[] = [];
  while (!cursor.take('}')) {
    if (cursor.done) throw new ShellSyntaxError('unexpected end of file', { incomplete: true });
    operand.push(...parsePart(cursor, substitution));
  }
  return { kind: 'variable', name: found, operator, operand, quoted };
}

function parseArithmetic(cursor: ScriptCursor, substitution: ParseSubstitution): Word {
  const parts: WordPart[] = [];
  for (let depth = 0; ;) {
    if (depth === 0 && cursor.take('))')) return parts;
    const character = cursor.peek();
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '$') {
      cursor.next();
      parts.push(parseDollar(cursor, substitution, true));
    } else parts.push({ kind: 'text', text: cursor.next(), quoted: true });
  }
}

function parseBackquotes(cursor: ScriptCursor, substitution: ParseSubstitution, quoted: boolean): WordPart {
  let text = '';
  for (;;) {
    const character = cursor.next();
    if (character === '`') break;
    text += character === '\\' && '$`\\'.includes(cursor.peek()) ? cursor.next() : character;
  }
  return { kind: 'substitution', script: substitution(new ScriptCursor(`${text}\n)`)), quoted };
}

/** The name at the start of `NAME=value`, taken together with the sign. */
export function parseAssignmentName(cursor: ScriptCursor): string | undefined {
  const start = cursor.position;
  const found = cursor.match(name);
  if (found !== undefined && cursor.take('=')) return found;
  cursor.position = start;
  return undefined;
}

/** The text of a word whose expansions are not wanted, such as the delimiter of a here-document. */
export function textOf(word: Word): string {
  return word.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}
