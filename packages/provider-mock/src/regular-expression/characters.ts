/** Whether a character, as a code point, is among those that are meant. */
export type CharacterTest = (codePoint: number) => boolean;

/** Whether upper and lower case are the same. */
export interface CaseOption {
  readonly ignoreCase: boolean;
}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/u,
  alnum: /[\p{L}\p{Nd}]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/u,
  blank: /[ \t]/u,
  punct: /[!-/:-@[-`{-~]/u,
  cntrl: /\p{Cc}/u,
  print: /[^\p{C}]/u,
  graph: /[^\p{C}\s]/u,
  xdigit: /[0-9A-Fa-f]/u,
};

/** `[:name:]` of POSIX; undefined for a name that it does not have. */
export function characterClass(name: string): CharacterTest | undefined {
  const expression = Object.hasOwn(classes, name) ? classes[name] : undefined;
  return expression && ((codePoint) => expression.test(String.fromCodePoint(codePoint)));
}

export const anyCharacter: CharacterTest = () => true;

/** Letters, digits and `_`. */
export const isWordCharacter: CharacterTest = (codePoint) => /[\p{L}\p{Nd}_]/u.test(String.fromCodePoint(codePoint));

export const isSpace: CharacterTest = (codePoint) => /\s/u.test(String.fromCodePoint(codePoint));

export function not(test: CharacterTest): CharacterTest {
  return (codePoint) => !test(codePoint);
}

/** Of one of the tests; with `ignoreCase`, of a character in either case. */
export function anyOf(tests: readonly CharacterTest[], { ignoreCase }: CaseOption): CharacterTest {
  const isMember: CharacterTest = (codePoint) => tests.some((test) => test(codePoint));
  return ignoreCase ? (codePoint) => casesOf(codePoint).some(isMember) : isMember;
}

export function oneCharacter(text: string, option: CaseOption): CharacterTest {
  const wanted = text.codePointAt(0);
  return anyOf([(codePoint) => codePoint === wanted], option);
}

/** Single characters only: `ß` is not `SS`. */
function casesOf(codePoint: number): number[] {
  const text = String.fromCodePoint(codePoint);
  return [text, text.toLowerCase(), text.toUpperCase()].flatMap((other) => {
    const [first, second] = other;
    return first === undefined || second !== undefined ? [] : [first.codePointAt(0) ?? codePoint];
  });
}
