import { matchesGlob } from 'node:path';
import type { Manifest, Member } from '../repository/members.ts';
import type { Tree } from '../repository/tree.ts';
import { matchesAny } from './matches-any.ts';
import { findPackageRule } from './package-rule.ts';
import { problem, type Problem } from './problem.ts';
import type { LayoutRules } from './rules.ts';

const exactVersion = /^(catalog:|\d+\.\d+\.\d+(-[\w.]+)?$)/;

/** The whole name stands there, not as a part of another. */
const names = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w@/-])${RegExp.escape(name)}(?![\\w/-])`).test(text);

const namesIn = (manifest: Manifest, ...fields: (keyof Manifest)[]): string[] =>
  fields.flatMap((field) => Object.keys((manifest[field] ?? {}) as Record<string, string>));

/** Who may depend on whom in the workspace, and how a dependency from outside is named. */
export const checkPackageDependencies = (tree: Tree, members: readonly Member[], rules: LayoutRules): Problem[] => {
  const ours = new Set(members.map(({ manifest }) => manifest.name));
  const records = tree.files
    .filter((path) => matchesGlob(path, 'docs/decisions/*.md'))
    .map((path) => tree.read(path))
    .join('\n');
  return members.flatMap(({ path: folder, manifest }) => {
    const path = `${folder}/package.json`;
    const found = findPackageRule(rules, folder);
    if (found === undefined) return [];
    const { rule, shape } = found;
    const inTests = [...rule.mayUse, ...(rule.mayUseInTests ?? [])];
    const forbidden = [
      ...namesIn(manifest, 'dependencies', 'peerDependencies', 'optionalDependencies').filter(
        (name) => ours.has(name) && !matchesAny(name, rule.mayUse),
      ),
      ...namesIn(manifest, 'devDependencies').filter((name) => ours.has(name) && !matchesAny(name, inTests)),
    ];
    const problems = forbidden.map((name) => problem(path, `may not depend on ${name}`));
    if (!shape.published) return problems;
    for (const peer of shape.peers ?? []) {
      if (!/^\^\d/.test(manifest.peerDependencies?.[peer] ?? '')) {
        problems.push(problem(path, `${peer} should be a peer by caret range`));
      }
      if (manifest.dependencies?.[peer] !== undefined)
        problems.push(problem(path, `${peer} is a peer, not a dependency`));
    }
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      if (ours.has(name)) {
        if (range !== 'workspace:^') problems.push(problem(path, `${name} should be "workspace:^"`));
        continue;
      }
      if (!exactVersion.test(range)) problems.push(problem(path, `${name} is not pinned to one version`));
      if (!names(records, name))
        problems.push(problem(path, `no record under docs/decisions says why ${name} is there`));
    }
    return problems;
  });
};
