import { matchesGlob } from 'node:path';
import type { LayoutRules, PackageRule, ShapeRule } from './rules.ts';

export interface FoundRule {
  readonly rule: PackageRule;
  readonly shape: ShapeRule;
}

/** The first rule that fits the package's folder, or undefined. Throws when the rule names a shape that is not there. */
export const findPackageRule = (rules: LayoutRules, path: string): FoundRule | undefined => {
  const rule = rules.packages.find((candidate) => matchesGlob(path, candidate.path));
  if (rule === undefined) return undefined;
  const shape = rules.shapes[rule.shape];
  if (shape === undefined)
    throw new Error(`layout.json: ${rule.path} has the shape "${rule.shape}", which is not in shapes`);
  return { rule, shape };
};
