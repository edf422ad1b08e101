import type { Member } from '../repository/members.ts';
import type { Tree } from '../repository/tree.ts';
import { findPackageRule } from './package-rule.ts';
import { problem, type Problem } from './problem.ts';
import type { LayoutRules } from './rules.ts';

/** A published package holds what its shape requires and nothing else: build, lint and test configuration is shared. */
export const checkPackageFiles = (tree: Tree, members: readonly Member[], rules: LayoutRules): Problem[] =>
  members.flatMap(({ path }) => {
    const found = findPackageRule(rules, path);
    if (found === undefined) return [problem(path, 'has no entry under packages in scripts/layout/layout.json')];
    const prefix = `${path}/`;
    const entries = new Set(
      tree.files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length).split('/')[0] ?? ''),
    );
    const { required, published } = found.shape;
    return [
      ...required.filter((entry) => !entries.has(entry)).map((entry) => problem(path, `has no ${entry}`)),
      ...[...entries]
        .filter((entry) => published && !required.includes(entry))
        .map((entry) => problem(`${path}/${entry}`, 'does not belong beside src; shared configuration is at the root')),
    ];
  });
