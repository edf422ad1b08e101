import { isDeepStrictEqual } from 'node:util';
import type { Manifest, Member } from '../repository/members.ts';
import { findPackageRule } from './package-rule.ts';
import { problem, type Problem } from './problem.ts';
import type { LayoutRules } from './rules.ts';

/** The door says where the code is: `.` is built from `src/index.ts`, `./testing` from `src/testing/index.ts` or `src/testing.ts`. */
const expectedDoors = (door: string): readonly unknown[] => {
  if (door === './package.json') return [door];
  const file = door.replace(/^\./, './dist');
  const files = door === '.' ? [`${file}/index`] : [`${file}/index`, file];
  return files.map((path) => ({ types: `${path}.d.ts`, default: `${path}.js` }));
};

const doorProblems = (path: string, manifest: Manifest): Problem[] => {
  const doors = Object.entries(manifest.exports ?? {});
  const missing = ['.', './package.json'].filter((door) => manifest.exports?.[door] === undefined);
  return [
    ...missing.map((door) => problem(path, `exports has no "${door}"`)),
    ...doors
      .filter(([door, target]) => !expectedDoors(door).some((expected) => isDeepStrictEqual(target, expected)))
      .map(([door]) => problem(path, `exports["${door}"] should be ${JSON.stringify(expectedDoors(door)[0])}`)),
  ];
};

/** Published packages agree in every field that is not their own. */
export const checkManifestFields = (members: readonly Member[], rules: LayoutRules): Problem[] =>
  members.flatMap(({ path: folder, manifest }) => {
    const path = `${folder}/package.json`;
    const found = findPackageRule(rules, folder);
    if (found === undefined) return [];
    if (!found.shape.published) return manifest.private === true ? [] : [problem(path, 'is not marked private')];
    const different = Object.entries(rules.publishedManifest).filter(
      ([field, value]) => !isDeepStrictEqual(manifest[field], value),
    );
    const scripts = (manifest['scripts'] ?? {}) as Record<string, string>;
    const otherScripts = Object.entries(rules.publishedScripts).filter(([name, line]) => scripts[name] !== line);
    return [
      ...otherScripts.map(([name, line]) => problem(path, `the script "${name}" should be "${line}"`)),
      ...different.map(([field, value]) => problem(path, `"${field}" should be ${JSON.stringify(value)}`)),
      ...doorProblems(path, manifest),
      ...(/^[1-9]\d*\.\d+\.\d+$/.test(manifest.version ?? '')
        ? []
        : [problem(path, '"version" is not a release from 1.0.0 on')]),
      ...((manifest.description ?? '') === '' ? [problem(path, 'has no "description"')] : []),
      ...(manifest.private === undefined ? [] : [problem(path, 'is published, so "private" does not belong in it')]),
    ];
  });
