import { matchesGlob } from 'node:path';
import type { Member } from '../repository/members.ts';
import type { Tree } from '../repository/tree.ts';
import { matchesAny } from './matches-any.ts';
import { problem, type Problem } from './problem.ts';
import type { SiblingRule } from './rules.ts';

/** What does the same job has the same name in every sibling. */
export const checkSiblingFiles = (tree: Tree, members: readonly Member[], rules: readonly SiblingRule[]): Problem[] =>
  rules.flatMap((rule) =>
    members
      .map(({ path }) => path)
      .filter((path) => matchesGlob(path, rule.folders) && !matchesAny(path, rule.except ?? []))
      .flatMap((folder) =>
        rule.files
          .filter((file) => !tree.has(`${folder}/${file}`))
          .map((file) => problem(folder, `has no ${file}, which its siblings have`)),
      ),
  );
