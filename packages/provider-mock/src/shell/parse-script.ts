import { parseAssignmentName, parseQuotedText, parseWord, textOf } from './parse-word.ts';
import { ScriptCursor } from './script-cursor.ts';
import { ShellSyntaxError } from './shell-syntax-error.ts';
import type { Command, CompoundCommand, Redirection, Script, SimpleCommand, Word } from './syntax.ts';

const keywords = new Set(['if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'for', 'do', 'done', '{', '}', '!']);
/** Words that end a list of commands. */
const closers = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', '}']);

/**
 * Reads a script in the language of the POSIX shell, without functions, `case` and background commands.
 *
 * @throws ShellSyntaxError when it is none, or not a whole one yet.
 */
export function parseScript(text: string): Script {
  const cursor = new ScriptCursor(text);
  const script = parseList(cursor);
  if (!cursor.done) throw unexpected(cursor);
  return script;
}

function unexpected(cursor: ScriptCursor): ShellSyntaxError {
  if (cursor.done) return new ShellSyntaxError('unexpected end of file', { incomplete: true });
  const found = cursor.match(/[A-Za-z0-9_{}!]+|[;&|]{2}|[^]/uy) ?? '';
  if (found === '&') return new ShellSyntaxError('background commands are not supported', { incomplete: false });
  return new ShellSyntaxError(`unexpected "${found === '\n' ? 'newline' : found}"`, { incomplete: false });
}

function parseSubstitution(cursor: ScriptCursor): Script {
  const script = parseList(cursor);
  if (!cursor.take(')')) throw unexpected(cursor);
  return script;
}

/** Moves past ends of lines. */
function skipLines(cursor: ScriptCursor): void {
  do cursor.skipBlanks();
  while (cursor.takeNewline());
}

function parseList(cursor: ScriptCursor): Script {
  const commands: Command[] = [];
  for (;;) {
    skipLines(cursor);
    if (cursor.done || cursor.peek() === ')' || closers.has(peekKeyword(cursor) ?? '')) return commands;
    commands.push(parseAndOr(cursor));
    cursor.skipBlanks();
    if (cursor.startsWith(';;') || (cursor.peek() === '&' && !cursor.startsWith('&&'))) throw unexpected(cursor);
    if (!cursor.take(';') && !cursor.takeNewline()) {
      if (cursor.done || cursor.peek() === ')' || closers.has(peekKeyword(cursor) ?? '')) return commands;
      throw unexpected(cursor);
    }
  }
}

function parseAndOr(cursor: ScriptCursor): Command {
  let left = parsePipeline(cursor);
  for (;;) {
    cursor.skipBlanks();
    const kind = cursor.take('&&') ? 'and' : cursor.take('||') ? 'or' : undefined;
    if (kind === undefined) return left;
    skipLines(cursor);
    left = { kind, left, right: parsePipeline(cursor) };
  }
}

function parsePipeline(cursor: ScriptCursor): Command {
  let negated = false;
  while (takeKeyword(cursor, '!')) negated = !negated;
  const first = parseCommand(cursor);
  const stages = [first];
  for (;;) {
    cursor.skipBlanks();
    if (cursor.startsWith('||') || !cursor.take('|')) break;
    skipLines(cursor);
    stages.push(parseCommand(cursor));
  }
  return stages.length === 1 && !negated ? first : { kind: 'pipeline', stages, negated };
}

function parseCommand(cursor: ScriptCursor): Command {
  cursor.skipBlanks();
  if (cursor.take('(')) {
    const body = parseSubstitution(cursor);
    return { kind: 'subshell', body, redirections: parseRedirections(cursor) };
  }
  const keyword = peekKeyword(cursor);
  if (keyword === '{' || keyword === 'if' || keyword === 'while' || keyword === 'until' || keyword === 'for') {
    takeKeyword(cursor, keyword);
    const command = parseCompound(cursor, keyword);
    return { ...command, redirections: parseRedirections(cursor) };
  }
  if (keyword !== undefined) throw unexpected(cursor);
  return parseSimple(cursor);
}

function parseCompound(cursor: ScriptCursor, keyword: '{' | 'if' | 'while' | 'until' | 'for'): CompoundCommand {
  const redirections: Redirection[] = [];
  if (keyword === '{') return { kind: 'group', body: parseBody(cursor, '}'), redirections };
  if (keyword === 'if') return parseIf(cursor);
  if (keyword === 'for') return parseFor(cursor);
  const condition = parseBody(cursor, 'do');
  return { kind: keyword, condition, body: parseBody(cursor, 'done'), redirections };
}

/** The commands up to a keyword, which is taken. */
function parseBody(cursor: ScriptCursor, end: string): Script {
  const body = parseList(cursor);
  if (body.length === 0 || !takeKeyword(cursor, end)) throw unexpected(cursor);
  return body;
}

function parseIf(cursor: ScriptCursor): CompoundCommand {
  const branches: { readonly condition: Script; readonly body: Script }[] = [];
  do {
    const condition = parseBody(cursor, 'then');
    branches.push({ condition, body: parseList(cursor) });
  } while (takeKeyword(cursor, 'elif'));
  const otherwise = takeKeyword(cursor, 'else') ? parseList(cursor) : undefined;
  if (!takeKeyword(cursor, 'fi')) throw unexpected(cursor);
  return { kind: 'if', branches, ...(otherwise !== undefined && { otherwise }), redirections: [] };
}

function parseFor(cursor: ScriptCursor): CompoundCommand {
  cursor.skipBlanks();
  const name = cursor.match(/[A-Za-z_][A-Za-z0-9_]*/uy);
  if (name === undefined) throw unexpected(cursor);
  skipLines(cursor);
  let words: Word[] | undefined;
  if (cursor.match(/in(?=\s)/uy) !== undefined) {
    words = [];
    for (;;) {
      cursor.skipBlanks();
      const word = parseWord(cursor, parseSubstitution);
      if (word === undefined) break;
      words.push(word);
    }
  }
  cursor.take(';');
  skipLines(cursor);
  if (!takeKeyword(cursor, 'do')) throw unexpected(cursor);
  const body = parseBody(cursor, 'done');
  return { kind: 'for', name, ...(words !== undefined && { words }), body, redirections: [] };
}

function parseSimple(cursor: ScriptCursor): SimpleCommand {
  const assignments: { readonly name: string; readonly value: Word }[] = [];
  const words: Word[] = [];
  const redirections: Redirection[] = [];
  for (;;) {
    cursor.skipBlanks();
    const redirection = parseRedirection(cursor);
    if (redirection !== undefined) {
      redirections.push(redirection);
      continue;
    }
    const name = words.length === 0 ? parseAssignmentName(cursor) : undefined;
    if (name !== undefined) {
      assignments.push({ name, value: parseWord(cursor, parseSubstitution) ?? [] });
      continue;
    }
    const word = parseWord(cursor, parseSubstitution);
    if (word === undefined) break;
    words.push(word);
    if (words.length === 1 && cursor.match(/[ \t]*\(/uy) !== undefined)
      throw new ShellSyntaxError('functions are not supported', { incomplete: false });
  }
  if (assignments.length + words.length + redirections.length === 0) throw unexpected(cursor);
  return { kind: 'simple', assignments, words, redirections };
}

function parseRedirections(cursor: ScriptCursor): Redirection[] {
  const all: Redirection[] = [];
  for (;;) {
    cursor.skipBlanks();
    const redirection = parseRedirection(cursor);
    if (redirection === undefined) return all;
    all.push(redirection);
  }
}

function parseRedirection(cursor: ScriptCursor): Redirection | undefined {
  const operator = cursor.match(/[0-2]?(?:>>|>&|>\||>|<<-?|<)/uy);
  if (operator === undefined) return undefined;
  const digit = /^\d/u.exec(operator)?.[0];
  const sign = digit === undefined ? operator : operator.slice(1);
  const descriptor = digit === undefined ? (sign.startsWith('<') ? 0 : 1) : Number(digit);
  cursor.skipBlanks();
  const target = parseWord(cursor, parseSubstitution);
  if (target === undefined) throw unexpected(cursor);
  if (sign.startsWith('<<')) return hereDocument(cursor, target, { descriptor, unindented: sign === '<<-' });
  const known = sign === '>|' ? '>' : sign;
  return { descriptor, operator: known as Redirection['operator'], target };
}

function hereDocument(
  cursor: ScriptCursor,
  delimiter: Word,
  { descriptor, unindented }: { readonly descriptor: number; readonly unindented: boolean },
): Redirection {
  if (unindented) throw new ShellSyntaxError('<<- is not supported', { incomplete: false });
  const target: Word[number][] = [];
  const literal = delimiter.some(({ quoted }) => quoted);
  cursor.awaitDocument({
    delimiter: textOf(delimiter),
    take: (text) => {
      target.push(
        ...(literal ? [{ kind: 'text' as const, text, quoted: true }] : parseQuotedText(text, parseSubstitution)),
      );
    },
  });
  return { descriptor, operator: '<<', target };
}

/** The keyword that comes next; undefined when something else does. */
function peekKeyword(cursor: ScriptCursor): string | undefined {
  const start = cursor.position;
  cursor.skipBlanks();
  const word = cursor.match(/[a-z{}!]+(?=[\s;&|<>()]|$)/uy);
  cursor.position = start;
  return word !== undefined && keywords.has(word) ? word : undefined;
}

function takeKeyword(cursor: ScriptCursor, keyword: string): boolean {
  if (peekKeyword(cursor) !== keyword) return false;
  cursor.skipBlanks();
  return cursor.take(keyword);
}
