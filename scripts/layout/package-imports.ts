import type { Member } from '../repository/members.ts';
import type { Import } from './imports.ts';
import { isTest, matchesAny } from './matches-any.ts';
import { findPackageRule } from './package-rule.ts';
import { problem, type Problem } from './problem.ts';
import type { LayoutRules } from './rules.ts';

/** Splits `@vk/node/provider` into the package and the door. */
const splitSpecifier = (specifier: string): { name: string; door: string } => {
  const [scope = '', second = '', ...rest] = specifier.split('/');
  const name = scope.startsWith('@') ? `${scope}/${second}` : scope;
  const door = scope.startsWith('@') ? rest : [second, ...rest].filter((part) => part !== '');
  return { name, door: ['.', ...door].join('/') };
};

/** Between packages: only through the front doors, only in the directions that the data allows. */
export const checkPackageImports = (
  imports: readonly Import[],
  members: readonly Member[],
  rules: LayoutRules,
): Problem[] => {
  const byName = new Map(members.map((member) => [member.manifest.name, member]));
  return imports.flatMap(({ file, specifier, target }) => {
    const owner = members.find((member) => file.startsWith(`${member.path}/`));
    if (owner === undefined) return [];
    if (specifier.startsWith('.')) {
      if (!target.startsWith(`${owner.path}/`))
        return [problem(file, `"${specifier}" leaves the package; import it by its name`)];
      return /\.(ts|json)$/.test(specifier)
        ? []
        : [problem(file, `"${specifier}" does not name the file; end it in .ts`)];
    }
    const { name, door } = splitSpecifier(specifier);
    const other = byName.get(name);
    const rule = findPackageRule(rules, owner.path)?.rule;
    if (other === undefined || other === owner || rule === undefined) return [];
    const allowed = isTest(file) ? [...rule.mayUse, ...(rule.mayUseInTests ?? [])] : rule.mayUse;
    return [
      ...(matchesAny(name, allowed)
        ? []
        : [problem(file, `${owner.manifest.name} may not import ${name}${isTest(file) ? '' : ' here'}`)]),
      ...(other.manifest.exports?.[door] === undefined ? [problem(file, `${name} has no export "${door}"`)] : []),
    ];
  });
};
