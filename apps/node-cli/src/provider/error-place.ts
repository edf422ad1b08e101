import { fileURLToPath } from 'node:url';

const syntaxPlace = /^(?<file>(?:file:\/\/|\/|[A-Za-z]:\\)[^\n]*?)(?:\?[^\n:]*)?:(?<place>\d+)\n/;
const frame = /\(?(?<file>file:\/\/[^\s()?]+)(?:\?[^\s():]*)?:(?<place>\d+:\d+)\)?/;

/**
 * Where in a provider's own files an import failed: `file:line` of a syntax error in TypeScript, `file:line:column` of
 * what a module threw while it ran. Undefined when Node.js does not say.
 */
export function placeOfError(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  // Its message names the importing file; its stack names only who looked for the module.
  if ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
  const groups = (syntaxPlace.exec(error.stack) ?? frame.exec(error.stack))?.groups;
  if (groups === undefined) return undefined;
  const { file = '', place = '' } = groups;
  if (file.includes('/node_modules/')) return undefined;
  return `${file.startsWith('file:') ? fileURLToPath(file) : file}:${place}`;
}
