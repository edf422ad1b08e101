import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a checkout that somebody wrote: what was installed, built or recorded by a tool on the way is left out. */
export interface Tree {
  readonly root: string;
  /** Paths from the root, with `/`, sorted. */
  readonly files: readonly string[];
  readonly read: (path: string) => string;
  readonly has: (path: string) => boolean;
}

const notWritten = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo', '.reports']);
const writtenByVitePress = new Set(['docs/.vitepress/cache']);
const isWritten = (path: string, name: string): boolean => !notWritten.has(name) && !writtenByVitePress.has(path);

const walk = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return isWritten(path, entry.name) ? walk(root, path) : [];
    return entry.isFile() && !entry.name.endsWith('.tsbuildinfo') ? [path] : [];
  });

export const readTree = (root: string): Tree => {
  const files = walk(root, '').toSorted();
  const known = new Set(files);
  return {
    root,
    files,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    has: (path) => known.has(path),
  };
};
