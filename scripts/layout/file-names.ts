import { basename, dirname } from 'node:path/posix';
import type { Tree } from '../repository/tree.ts';
import { matchesAny } from './matches-any.ts';
import { problem, type Problem } from './problem.ts';
import type { NameRules } from './rules.ts';

const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Files and folders are named in kebab-case, and for what is inside. */
export const checkFileNames = (tree: Tree, rules: NameRules): Problem[] =>
  tree.files
    .filter((path) => matchesAny(path, rules.files) && !matchesAny(path, rules.except))
    .flatMap((path) => {
      const file = basename(path);
      const words = [...dirname(path).split('/'), file];
      const misnamed = words.filter((word) => !kebabCase.test(word) && !rules.capitalised.includes(word));
      const drawers = words.filter((word) => rules.drawers.includes(word.replace(/\..*$/, '')));
      return [
        ...misnamed.map((word) => problem(path, `"${word}" is not kebab-case`)),
        ...drawers.map((word) => problem(path, `"${word}" says nothing about what is inside; name the idea`)),
      ];
    });
