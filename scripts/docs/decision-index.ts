import type { Tree } from '../repository/tree.ts';
import type { GeneratedPage } from './page.ts';

const recordPath = /^docs\/decisions\/(\d{4}-[a-z0-9-]+)\.md$/;

/** The title of a record: its first heading, without the number. Throws when it has none. */
const titleOf = (text: string, path: string): string => {
  const title = /^# (?:\d{4}:? *)?(.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${path} has no heading`);
  return title;
};

const render = (tree: Tree): string =>
  [
    '# Decisions',
    '',
    'What was decided where there was a choice, and why. A record is not rewritten when a later one replaces it; it says which.',
    'Every run-time dependency is named in one of them.',
    '',
    ...tree.files.flatMap((path) => {
      const name = recordPath.exec(path)?.[1];
      return name === undefined ? [] : [`- [${name.slice(0, 4)}](./${name}.md) ${titleOf(tree.read(path), path)}`];
    }),
  ].join('\n');

export const decisionIndex: GeneratedPage = {
  path: 'docs/decisions/index.md',
  from: 'the headings of the records',
  render,
};
