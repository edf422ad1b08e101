import { readBracketExpression } from './bracket-expression.ts';
import {
  anyCharacter,
  isSpace,
  isWordCharacter,
  not,
  oneCharacter,
  type CaseOption,
  type CharacterTest,
} from './characters.ts';
import { PatternError } from './pattern-error.ts';

export type Assertion = 'line-start' | 'line-end' | 'word-start' | 'word-end' | 'word-edge' | 'no-word-edge';

export type Token =
  | { readonly kind: 'open' | 'close' | 'or' }
  /** Without `most` there is no upper bound. */
  | { readonly kind: 'repeat'; readonly least: number; readonly most?: number }
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

export interface SyntaxOptions extends CaseOption {
  /** Extended regular expressions of POSIX; basic ones otherwise, in which most signs have a meaning only after a backslash. */
  readonly extended: boolean;
}

const assertions: Readonly<Record<string, Assertion>> = {
  '<': 'word-start',
  '>': 'word-end',
  b: 'word-edge',
  B: 'no-word-edge',
};
const shorthands: Readonly<Record<string, CharacterTest>> = {
  w: isWordCharacter,
  W: not(isWordCharacter),
  s: isSpace,
  S: not(isSpace),
};
/** RE_DUP_MAX of POSIX is at least 255; the programs are bounded besides. */
const mostRepeats = 32_767;

/**
 * The parts of a regular expression of POSIX (XBD 9), with what GNU and busybox have besides: `\|`, `\+` and `\?` in basic ones, and
 * the escapes for words and spaces. References back to groups are refused: no matcher of linear time has them.
 *
 * @throws PatternError
 */
export function* tokensOf(pattern: string, options: SyntaxOptions): Generator<Token> {
  const { extended } = options;
  const characters = Array.from(pattern);
  let at = 0;
  /** At the start of what a star could repeat nothing of: there it stands for itself. */
  let atStart = true;
  const isClosing = (): boolean => {
    const [next, afterNext] = [characters[at], characters[at + 1]];
    if (next === undefined) return true;
    return extended ? next === ')' || next === '|' : next === '\\' && (afterNext === ')' || afterNext === '|');
  };
  while (at < characters.length) {
    const escaped = characters[at] === '\\';
    if (escaped) at++;
    const character = characters[at++];
    if (character === undefined) throw new PatternError('Trailing backslash');
    // What is a sign in one of the two syntaxes stands for itself in the other, and the other way round with a backslash.
    const sign = '(){|+?'.includes(character) && escaped !== extended ? character : '';
    const starts: boolean = atStart;
    atStart = sign === '(' || sign === '|' || (starts && !escaped && character === '^');
    if (sign === '(') yield { kind: 'open' };
    else if (sign === ')') yield { kind: 'close' };
    else if (sign === '|') yield { kind: 'or' };
    else if (sign === '+' && !starts) yield { kind: 'repeat', least: 1 };
    else if (sign === '?' && !starts) yield { kind: 'repeat', least: 0, most: 1 };
    else if (sign === '{' && !starts) {
      const interval = readInterval(characters, at, extended);
      at = interval.end;
      yield interval.token;
    } else if (escaped && /\d/u.test(character)) throw new PatternError('References to groups are not matched here');
    else if (escaped && Object.hasOwn(assertions, character))
      yield { kind: 'assertion', assertion: assertions[character] ?? 'word-edge' };
    else if (escaped && Object.hasOwn(shorthands, character))
      yield { kind: 'character', test: shorthands[character] ?? anyCharacter };
    else if (!escaped && character === '*' && !starts) yield { kind: 'repeat', least: 0 };
    else if (!escaped && character === '.') yield { kind: 'character', test: anyCharacter };
    else if (!escaped && character === '^' && (extended || starts))
      yield { kind: 'assertion', assertion: 'line-start' };
    else if (!escaped && character === '$' && (extended || isClosing()))
      yield { kind: 'assertion', assertion: 'line-end' };
    else if (!escaped && character === '[') {
      const { test, end } = readBracketExpression(characters, at, options);
      at = end;
      yield { kind: 'character', test };
    } else yield { kind: 'character', test: oneCharacter(character, options) };
  }
}

/** `{2}`, `{2,}`, `{,3}` or `{2,3}`, after the opening brace. */
function readInterval(
  characters: readonly string[],
  start: number,
  extended: boolean,
): { readonly token: Token; readonly end: number } {
  const rest = characters.slice(start, start + 16).join('');
  const closing = extended ? String.raw`\}` : String.raw`\\\}`;
  const [whole, least = '', comma, most = ''] = new RegExp(`^(\\d*)(,)?(\\d*)${closing}`, 'u').exec(rest) ?? [];
  if (whole === undefined || (least === '' && comma === undefined)) throw new PatternError('Invalid content of {}');
  const from = Number(least);
  const to = comma === undefined ? from : most === '' ? undefined : Number(most);
  if (from > mostRepeats || (to !== undefined && (to > mostRepeats || to < from)))
    throw new PatternError('Invalid content of {}');
  return { token: { kind: 'repeat', least: from, ...(to !== undefined && { most: to }) }, end: start + whole.length };
}
