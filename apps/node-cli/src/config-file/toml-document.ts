import { parse, TomlError } from 'smol-toml';
import type { ConfigDocument, KeyPath, Position } from './config-document.ts';
import { locateTomlKeys } from './toml-positions.ts';

/**
 * Parses TOML.
 *
 * @throws SyntaxError with `file:line:column`.
 */
export function parseTomlDocument(file: string, content: string): ConfigDocument {
  const value = parseToml(file, content);
  let positions: ReadonlyMap<string, Position> | undefined;
  return {
    file,
    value,
    locate: (path: KeyPath) => {
      positions ??= locateTomlKeys(content);
      return positions.get(JSON.stringify(path));
    },
  };
}

function parseToml(file: string, content: string): unknown {
  try {
    return parse(content);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    throw new SyntaxError(`${file}:${error.line}:${error.column}: ${reason}`, { cause: error });
  }
}
