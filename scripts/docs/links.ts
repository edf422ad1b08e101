import { posix } from 'node:path';
import type { Tree } from '../repository/tree.ts';

const link = /\[[^\]]*\]\(([^)\s]+)\)/g;
const quotedPath = /`((?:packages|apps|scripts|tests|docs|examples|benchmarks|\.ci|\.github|\.changeset)\/[\w./-]+)`/g;
const codeBlock = /^```[^]*?^```/gm;

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchorsIn = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Links within the repository that lead nowhere, and quoted paths that are not there. External links are not followed. */
export const brokenLinks = (tree: Tree): string[] => {
  const exists = (path: string): boolean =>
    tree.has(path) || tree.files.some((file) => file.startsWith(path.endsWith('/') ? path : `${path}/`));
  return tree.files
    .filter((path) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md') && !path.includes('/__fixtures__/'))
    .flatMap((page) => {
      const text = tree.read(page).replaceAll(codeBlock, '');
      const broken: string[] = [];
      for (const [, target = ''] of text.matchAll(link)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [file = '', anchor] = target.split('#');
        const path = file === '' ? page : posix.join(posix.dirname(page), file);
        if (file.startsWith('/') || !exists(path)) broken.push(`${page}: ${target} leads nowhere`);
        else if (anchor !== undefined && path.endsWith('.md') && !anchorsIn(tree.read(path)).includes(anchor)) {
          broken.push(`${page}: ${target} names a heading that is not there`);
        }
      }
      for (const [, path = ''] of text.matchAll(quotedPath)) {
        if (!exists(path)) broken.push(`${page}: there is no ${path}`);
      }
      return broken;
    });
};
