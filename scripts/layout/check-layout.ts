import { membersOf } from '../repository/members.ts';
import type { Tree } from '../repository/tree.ts';
import { checkConfinedImports, checkSingleImporters } from './confined-imports.ts';
import { checkFileLengths } from './file-lengths.ts';
import { checkFileNames } from './file-names.ts';
import { readImports } from './imports.ts';
import { checkManifestFields } from './manifest-fields.ts';
import { checkPackageDependencies } from './package-dependencies.ts';
import { checkPackageFiles } from './package-files.ts';
import { checkPackageImports } from './package-imports.ts';
import type { Problem } from './problem.ts';
import type { LayoutRules } from './rules.ts';
import { checkSiblingFiles } from './sibling-files.ts';

/** All that the layout of a tree has wrong, sorted by path. */
export const checkLayout = (tree: Tree, rules: LayoutRules): Problem[] => {
  const members = membersOf(tree);
  const imports = readImports(tree);
  return [
    ...checkFileNames(tree, rules.names),
    ...checkFileLengths(tree, rules.lengths),
    ...checkPackageFiles(tree, members, rules),
    ...checkManifestFields(members, rules),
    ...checkPackageDependencies(tree, members, rules),
    ...checkSiblingFiles(tree, members, rules.siblings),
    ...checkPackageImports(imports, members, rules),
    ...checkConfinedImports(imports, rules.confined),
    ...checkSingleImporters(imports, rules.singleImporters),
  ].toSorted((a, b) => a.path.localeCompare(b.path));
};
