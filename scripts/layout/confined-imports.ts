import type { Import } from './imports.ts';
import { isTest, matchesAny } from './matches-any.ts';
import { problem, type Problem } from './problem.ts';
import type { ConfinedRule, SingleImporterRule } from './rules.ts';

/** Within a package: folders that know nothing of the rest. Tests are free to bring what they need. */
export const checkConfinedImports = (imports: readonly Import[], rules: readonly ConfinedRule[]): Problem[] =>
  rules.flatMap((rule) =>
    imports
      .filter(({ file }) => matchesAny(file, rule.files) && !matchesAny(file, rule.except ?? []) && !isTest(file))
      .filter(({ target, typeOnly }) => {
        if (matchesAny(target, rule.mayNot ?? [])) return true;
        if (rule.may === undefined) return false;
        return !matchesAny(target, typeOnly ? [...rule.may, ...(rule.mayAsType ?? [])] : rule.may);
      })
      .map(({ file, specifier }) => problem(file, `may not import "${specifier}": ${rule.because}`)),
  );

/** A library that is to be hidden is imported for run time in one file of the package. */
export const checkSingleImporters = (imports: readonly Import[], rules: readonly SingleImporterRule[]): Problem[] =>
  rules.flatMap((rule) => {
    const importers = imports.filter(
      ({ file, target, typeOnly }) =>
        !typeOnly && !isTest(file) && file.startsWith(`${rule.within}/`) && matchesAny(target, rule.specifiers),
    );
    const files = [...new Set(importers.map(({ file }) => file))];
    return files.length < 2
      ? []
      : files.map((file) =>
          problem(file, `is one of ${files.length} files that import ${rule.specifiers[0]}; one may`),
        );
  });
