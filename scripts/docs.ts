/** Writes the pages of the documentation that are made from the code; with `--check`, says which are stale and which links are broken. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brokenLinks } from './docs/links.ts';
import { pageText } from './docs/page.ts';
import { generatedPages } from './docs/pages.ts';
import { repositoryRoot } from './repository/root.ts';
import { readTree } from './repository/tree.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const tree = readTree(repositoryRoot);
const stale = generatedPages.filter((page) => !tree.has(page.path) || tree.read(page.path) !== pageText(page, tree));

if (values.check) {
  const complaints = [
    ...stale.map(({ path, from }) => `${path} is not what ${from} makes of it; run npm run docs:generate`),
    ...brokenLinks(tree),
  ];
  for (const complaint of complaints) console.log(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
} else {
  for (const page of stale) {
    writeFileSync(join(repositoryRoot, page.path), pageText(page, tree));
    console.log(`wrote ${page.path}`);
  }
}
