import { UsageError } from './usage-error.ts';

export interface ProgramOptions {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * Reads arguments as `getopt` does: `flags` are letters alone, `valued` take what follows. Long options go by `long`, which
 * maps each to its letter.
 *
 * @throws UsageError for one that is not known.
 */
export function readOptions(
  words: readonly string[],
  known: { readonly flags?: string; readonly valued?: string; readonly long?: Readonly<Record<string, string>> },
): ProgramOptions {
  const { flags: letters = '', valued = '', long = {} } = known;
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      operands.push(...rest);
      break;
    }
    if (word.startsWith('--')) {
      const [name = '', value] = word.slice(2).split('=', 2);
      const letter = long[name];
      if (letter === undefined) throw new UsageError(`unrecognized option: ${name}`);
      if (valued.includes(letter)) values.set(letter, value ?? valueOf(letter, rest));
      else flags.add(letter);
      continue;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    for (let index = 1; index < word.length; index += 1) {
      const letter = word[index] ?? '';
      if (letters.includes(letter)) flags.add(letter);
      else if (valued.includes(letter)) {
        values.set(letter, word.slice(index + 1) || valueOf(letter, rest));
        break;
      } else throw new UsageError(`unrecognized option: ${letter}`);
    }
  }
  return { flags, values, operands };
}

function valueOf(letter: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw new UsageError(`option requires an argument: ${letter}`);
  return value;
}
