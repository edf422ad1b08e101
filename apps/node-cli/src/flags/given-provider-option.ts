import { formatKeyPath, type KeyPath } from '../config-file/config-document.ts';
import type { ValueType } from './value-types.ts';

/** A key of a provider's configuration with its value as it was typed: what it is to be, the provider's schema says. */
export interface GivenProviderOption {
  readonly path: KeyPath;
  readonly text: string;
}

const keyPart = /^(?:\.?([A-Za-z_][\w-]*)|\[("(?:[^"\\]|\\.)*")\])/;

/** `key=value`, `a.b=value` or `a["b.c"]=value`, one per line. */
export const givenProviderOptions: ValueType<readonly GivenProviderOption[]> = {
  placeholder: 'KEY=VALUE',
  separator: '\n',
  parse: (given) =>
    given
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parseOption),
  format: (options) => options.map(({ path, text }) => `${formatKeyPath(path)}=${text}`).join('\n'),
};

function parseOption(line: string): GivenProviderOption {
  const path: string[] = [];
  let rest = line.trimStart();
  while (!rest.startsWith('=')) {
    const part = path.length === 0 && rest.startsWith('.') ? null : keyPart.exec(rest);
    const name = part?.[1] ?? quotedName(part?.[2]);
    if (part === null || name === undefined) throw notAnOption(line);
    path.push(name);
    rest = rest.slice(part[0].length);
  }
  if (path.length === 0) throw notAnOption(line);
  return { path, text: rest.slice(1) };
}

function quotedName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as string;
  } catch {
    // The caller says what is wrong with the whole.
    return undefined;
  }
}

/** The value is left out: it may be a secret. */
function notAnOption(line: string): RangeError {
  const [key = ''] = line.split('=');
  const hint = 'names in keys other than of letters, digits, - and _ are quoted, as in a["b.c"]=value';
  return new RangeError(`'${key.trim()}' is not KEY=VALUE; ${hint}`);
}
