import { entriesOf, isFolder } from '../file-system/nodes.ts';
import { absolutePath } from '../file-system/paths.ts';
import type { VirtualFileSystem } from '../file-system/virtual-file-system.ts';
import { escapeExpression } from './escape-expression.ts';

/** Has `*`, `?` or `[` stand for themselves. */
export function escapePattern(text: string): string {
  return text.replace(/[*?[\]\\]/gu, String.raw`\$&`);
}

/** True when something in it stands for more than itself. */
export function isPattern(text: string): boolean {
  return /(?<!\\)(?:\\\\)*[*?[]/u.test(text);
}

/** What stands between the stars of a pattern: for each character the regular expression that it has to match. */
function segmentsOf(pattern: string): string[][] {
  const segments: string[][] = [[]];
  for (const [token] of pattern.matchAll(/\\[^]|\[[!^]?\]?(?:\\[^]|[^\\\]])*\]|[^]/gu)) {
    if (token === '*') segments.push([]);
    else if (token === '?') segments.at(-1)?.push('[^]');
    else segments.at(-1)?.push(characterExpression(token));
  }
  return segments;
}

function characterExpression(token: string): string {
  if (token.length > 1 && token.startsWith('\\')) return escapeExpression(token.slice(1));
  if (token.length === 1) return escapeExpression(token);
  const negated = /^\[[!^]/u.test(token);
  const members = token.slice(negated ? 2 : 1, -1).replace(/\\([^])/gu, '$1');
  const expression = `[${negated ? '^' : ''}${members.replace(/[\\[\]^]/gu, String.raw`\$&`)}]`;
  try {
    return new RegExp(expression, 'u').source;
  } catch {
    // A range that runs backwards: the brackets stand for themselves.
    return escapeExpression(token);
  }
}

/**
 * Segments one after the other with anything between them. Each but the last is taken where it is found first, for good:
 * otherwise a pattern of many stars would be tried in so many ways that the process stood still.
 */
function joined(segments: readonly string[], last: string): string {
  const [first = '', ...others] = segments;
  const taken = others.filter((segment) => segment !== '');
  return first + taken.map((segment, index) => `(?=([^]*?${segment}))\\${index + 1}`).join('') + last;
}

/** A pattern of the shell as a regular expression for the whole of a text. */
export function patternExpression(pattern: string): RegExp {
  const segments = segmentsOf(pattern).map((segment) => segment.join(''));
  const last = segments.length > 1 ? `[^]*${segments.pop() ?? ''}` : '';
  return new RegExp(`^${joined(segments, `${last}$`)}`, 'u');
}

/** A pattern as a regular expression for the start of a text, or for its end when both are read backwards. */
export function startExpression(
  pattern: string,
  { longest, fromEnd }: { readonly longest: boolean; readonly fromEnd: boolean },
): RegExp {
  const written = segmentsOf(pattern);
  const ordered = fromEnd ? written.toReversed().map((segment) => segment.toReversed()) : written;
  const segments = ordered.map((segment) => segment.join(''));
  const last = longest && segments.length > 1 ? `[^]*${segments.pop() ?? ''}` : '';
  return new RegExp(`^${joined(segments, last)}`, 'u');
}

/** The paths that match, sorted. Names that begin with a dot match only a pattern that does. */
export function matchFiles(files: VirtualFileSystem, workingDirectory: string, pattern: string): string[] {
  const parts = pattern.split('/');
  let found = [''];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    found = found.flatMap((prefix) => {
      if (!isPattern(part)) {
        const plain = `${prefix}${part.replace(/\\(.)/gu, '$1')}`;
        if (last && files.findLink(absolutePath(plain, workingDirectory)) === undefined) return [];
        return [last ? plain : `${plain}/`];
      }
      const folder = files.find(absolutePath(prefix, workingDirectory));
      if (folder === undefined || !isFolder(folder)) return [];
      const expression = patternExpression(part);
      return [...entriesOf(folder)]
        .filter(([name, node]) => (last || isFolder(node)) && (part.startsWith('.') || !name.startsWith('.')))
        .filter(([name]) => expression.test(name))
        .map(([name]) => (last ? `${prefix}${name}` : `${prefix}${name}/`));
    });
  }
  return found.sort();
}
