import type { Tree } from '../repository/tree.ts';
import { matchesAny } from './matches-any.ts';
import { problem, warning, type Problem } from './problem.ts';
import type { LengthRules } from './rules.ts';

/** One idea per file: a long one is a warning, a very long one an error, unless the data says why it is long. */
export const checkFileLengths = (tree: Tree, rules: LengthRules): Problem[] => {
  const stale = Object.keys(rules.longOnes)
    .filter((path) => !tree.has(path) || tree.read(path).split('\n').length - 1 <= rules.failAbove)
    .map((path) => problem(path, 'is not long any more; take it out of lengths.longOnes'));
  const long = tree.files
    .filter((path) => matchesAny(path, rules.files) && !matchesAny(path, rules.except))
    .flatMap((path) => {
      const lines = tree.read(path).split('\n').length - 1;
      if (lines > rules.failAbove && rules.longOnes[path] === undefined) {
        return [problem(path, `has ${lines} lines, more than ${rules.failAbove}; split it by idea`)];
      }
      return lines > rules.warnAbove ? [warning(path, `has ${lines} lines, more than ${rules.warnAbove}`)] : [];
    });
  return [...stale, ...long];
};
