import type { Tree } from '../repository/tree.ts';

/** A page of the documentation that is made from something else in the repository. */
export interface GeneratedPage {
  readonly path: string;
  /** What it is made from, for the note at its top. */
  readonly from: string;
  readonly render: (tree: Tree) => string;
}

/** The whole text of the page, with the note that it is not to be edited. */
export const pageText = (page: GeneratedPage, tree: Tree): string =>
  `<!-- Made from ${page.from} by \`npm run docs:generate\`. -->\n\n${page.render(tree).trimEnd()}\n`;
