import { UsageError } from './usage-error.ts';

export interface TarOptions {
  readonly mode: 'create' | 'extract' | 'list';
  /** `-` is the standard input or output. */
  readonly archive: string;
  /** Where extracted files go, and where the members to be archived are. */
  readonly directory: string;
  readonly members: readonly string[];
  readonly verbose: boolean;
  /** The times in the archive are not restored. */
  readonly touch: boolean;
}

const modes: Readonly<Record<string, TarOptions['mode']>> = { c: 'create', x: 'extract', t: 'list' };
/** They concern owners, permissions and the like, which are all the same here. */
const accepted = /^[poh]$/u;
const acceptedLong = new Set([
  'no-same-permissions',
  'no-same-owner',
  'same-owner',
  'same-permissions',
  'numeric-owner',
]);

/**
 * Reads the arguments of `tar`: the first one may lack its dash, as `kubectl cp` writes it.
 *
 * @throws UsageError for what is not known.
 */
export function readTarOptions(words: readonly string[]): TarOptions {
  const rest = [...words];
  const members: string[] = [];
  let mode: TarOptions['mode'] | undefined;
  let [archive, directory, verbose, touch] = ['-', '.', false, false];
  const take = (letter: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new UsageError(`option requires an argument: ${letter}`);
    return value;
  };
  const readLetters = (letters: string): void => {
    for (const [index, letter] of Array.from(letters).entries()) {
      if (letter in modes) mode = modes[letter];
      else if (letter === 'f' || letter === 'C') {
        const value = letters.slice(index + 1) || take(letter);
        if (letter === 'f') archive = value;
        else directory = value;
        return;
      } else if (letter === 'v') verbose = true;
      else if (letter === 'm') touch = true;
      else if (!accepted.test(letter)) throw new UsageError(`unrecognized option: ${letter}`);
    }
  };
  const [first = ''] = rest;
  if (/^[a-zA-Z]/u.test(first)) {
    rest.shift();
    readOldLetters(first);
  }
  function readOldLetters(letters: string): void {
    // Without a dash the values follow in the order of their letters.
    for (const letter of letters) {
      if (letter === 'f') archive = take(letter);
      else if (letter === 'C') directory = take(letter);
      else readLetters(letter);
    }
  }
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') members.push(...rest.splice(0));
    else if (word.startsWith('--')) {
      if (!acceptedLong.has(word.slice(2))) throw new UsageError(`unrecognized option: ${word.slice(2)}`);
    } else if (word.startsWith('-') && word.length > 1) readLetters(word.slice(1));
    else members.push(word);
  }
  if (mode === undefined) throw new UsageError('must specify one of -c, -x, -t');
  return { mode, archive, directory, members, verbose, touch };
}
