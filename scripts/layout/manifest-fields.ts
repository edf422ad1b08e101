import { isDeepStrictEqual } from 'node:util';
import type { Manifest, Member } from '../repository/members.ts';
import { findPackageRule } from './package-rule.ts';
import { problem, type Problem } from './problem.ts';
import type { LayoutRules } from './rules.ts';

/** `./testing` is built from `src/testing/index.ts`, and `.` from `src/index.ts`: the door says where the code is. */
const expectedDoor = (door: string): unknown => {
  if (door === './package.json') return './package.json';
  const folder = door === '.' ? './dist' : door.replace(/^\./, './dist');
  return { types: `${folder}/index.d.ts`, default: `${folder}/index.js` };
};

const doorProblems = (path: string, manifest: Manifest): Problem[] => {
  const doors = Object.entries(manifest.exports ?? {});
  const missing = ['.', './package.json'].filter((door) => manifest.exports?.[door] === undefined);
  return [
    ...missing.map((door) => problem(path, `exports has no "${door}"`)),
    ...doors
      .filter(([door, target]) => !isDeepStrictEqual(target, expectedDoor(door)))
      .map(([door]) => problem(path, `exports["${door}"] should be ${JSON.stringify(expectedDoor(door))}`)),
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
    return [
      ...different.map(([field, value]) => problem(path, `"${field}" should be ${JSON.stringify(value)}`)),
      ...doorProblems(path, manifest),
      ...(/^[1-9]\d*\.\d+\.\d+$/.test(manifest.version ?? '')
        ? []
        : [problem(path, '"version" is not a release from 1.0.0 on')]),
      ...((manifest.description ?? '') === '' ? [problem(path, 'has no "description"')] : []),
      ...(manifest.private === undefined ? [] : [problem(path, 'is published, so "private" does not belong in it')]),
    ];
  });
