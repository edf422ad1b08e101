import { anyOf, characterClass, not, type CaseOption, type CharacterTest } from './characters.ts';
import { PatternError } from './pattern-error.ts';

export interface BracketExpression {
  readonly test: CharacterTest;
  /** Where what follows begins. */
  readonly end: number;
}

/**
 * Reads `[a-z]`, `[^...]` and `[[:alpha:]]`. `start` is after the opening bracket.
 *
 * Source: POSIX, XBD 9.3.5. A backslash stands for itself.
 *
 * @throws PatternError
 */
export function readBracketExpression(
  characters: readonly string[],
  start: number,
  option: CaseOption,
): BracketExpression {
  let at = start;
  const isNegated = characters[at] === '^';
  if (isNegated) at++;
  const tests: CharacterTest[] = [];
  const first = at;
  for (;;) {
    const character = characters[at];
    if (character === undefined) throw new PatternError('Unmatched [, [^, [:, [., or [=');
    if (character === ']' && at > first) break;
    if (character === '[' && characters[at + 1] === ':') {
      const end = closingOf(characters, at + 2, ':');
      const test = characterClass(characters.slice(at + 2, end).join(''));
      if (test === undefined) throw new PatternError('Invalid character class name');
      tests.push(test);
      at = end + 2;
      continue;
    }
    const from = readMember(characters, at);
    const isRange = characters[from.end] === '-' && characters[from.end + 1] !== ']';
    const to = isRange ? readMember(characters, from.end + 1) : from;
    if (to.codePoint < from.codePoint) throw new PatternError('Invalid range end');
    tests.push((codePoint) => codePoint >= from.codePoint && codePoint <= to.codePoint);
    at = to.end;
  }
  const test = anyOf(tests, option);
  return { test: isNegated ? not(test) : test, end: at + 1 };
}

/** One character; `[.x.]` and `[=x=]` are ways to write one that has a meaning of its own. */
function readMember(characters: readonly string[], at: number): { readonly codePoint: number; readonly end: number } {
  const [character, mark] = [characters[at], characters[at + 1]];
  if (character === undefined) throw new PatternError('Unmatched [, [^, [:, [., or [=');
  if (character === '[' && (mark === '.' || mark === '=')) {
    const end = closingOf(characters, at + 2, mark);
    if (end !== at + 3) throw new PatternError('Invalid collation character');
    return { codePoint: codePointOf(characters[at + 2]), end: end + 2 };
  }
  return { codePoint: codePointOf(character), end: at + 1 };
}

function closingOf(characters: readonly string[], start: number, mark: string): number {
  for (let at = start; at < characters.length; at++)
    if (characters[at] === mark && characters[at + 1] === ']') return at;
  throw new PatternError('Unmatched [, [^, [:, [., or [=');
}

function codePointOf(character = ''): number {
  return character.codePointAt(0) ?? 0;
}
