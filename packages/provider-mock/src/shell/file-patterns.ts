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

/** A pattern of the shell as a regular expression for the whole of a text. */
export function patternExpression(pattern: string): RegExp {
  let source = '';
  for (const [token = ''] of pattern.matchAll(/\\?[^]|\[[!^]?\]?[^\]]*\]/gu)) {
    if (token === '*') source += '[^]*';
    else if (token === '?') source += '[^]';
    else source += escapeExpression(token.length > 1 && token.startsWith('\\') ? token.slice(1) : token);
  }
  return new RegExp(`^${source}$`, 'u');
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
