import { nearestName } from './nearest-name.ts';

/** How the text of a flag, a variable or a file entry becomes a value. */
export interface ValueType<Value> {
  /** Stands for the value in the help; absent for a switch. */
  readonly placeholder?: string;
  /** Given several times, the texts are put together with this between them; without it the last counts. */
  readonly separator?: ',' | '\n';
  /** Throws a RangeError whose message ends the sentence "--flag: ". */
  readonly parse: (text: string) => Value;
  /** The value as it would be typed. */
  format(value: Value): string;
}

/** Any text but the empty one. */
export function text(placeholder: string): ValueType<string> {
  return {
    placeholder,
    parse: (given) => {
      if (given.trim() === '') throw new RangeError('the value is empty');
      return given;
    },
    format: (value) => value,
  };
}

/** Text that must have a certain form. */
export function textMatching(placeholder: string, pattern: RegExp, wanted: string): ValueType<string> {
  return {
    placeholder,
    parse: (given) => {
      if (!pattern.test(given)) throw new RangeError(`'${given}' is not ${wanted}`);
      return given;
    },
    format: (value) => value,
  };
}

/** A switch. Written alone it is true; `=true` and `=false` are understood as well. */
export const boolean: ValueType<boolean> = {
  parse: (given) => {
    const lower = given.toLowerCase();
    if (['true', 't', '1', 'yes'].includes(lower)) return true;
    if (['false', 'f', '0', 'no'].includes(lower)) return false;
    throw new RangeError(`'${given}' is neither true nor false`);
  },
  format: String,
};

/** A whole number within bounds. */
export function integer(bounds: { readonly minimum: number; readonly maximum: number }): ValueType<number> {
  return {
    placeholder: 'NUMBER',
    parse: (given) => {
      const value = Number(given);
      if (!/^[+-]?\d+$/.test(given.trim()) || value < bounds.minimum || value > bounds.maximum)
        throw new RangeError(`'${given}' is not a whole number from ${bounds.minimum} to ${bounds.maximum}`);
      return value;
    },
    format: String,
  };
}

/** One of a few words, in any case. */
export function choice<Word extends string>(words: readonly Word[]): ValueType<Word> {
  return {
    placeholder: words.join('|'),
    parse: (given) => {
      const word = words.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
      if (word !== undefined) return word;
      const near = nearestName(given, words);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      throw new RangeError(`'${given}' is not one of ${words.join(', ')}${hint}`);
    },
    format: String,
  };
}

/** `key=value,key=value`, in the given order. */
export const keyValues: ValueType<Readonly<Record<string, string>>> = {
  placeholder: 'KEY=VALUE,...',
  separator: ',',
  parse: (given) => {
    const entries = given
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        if (at < 1) throw new RangeError(`'${part.trim()}' is not KEY=VALUE`);
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      });
    return Object.fromEntries(entries);
  },
  format: (value) =>
    Object.entries(value)
      .map((entry) => entry.join('='))
      .join(','),
};
