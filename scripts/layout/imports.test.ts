import { expect, test } from 'vitest';
import { checkLayout } from './check-layout.ts';
import { readImports } from './imports.ts';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { someRules, soundPackage } from './sound-package.ts';

const sound = {
  ...soundPackage('packages/core', '@vk/core'),
  ...soundPackage('packages/testkit', '@vk/testkit', { peerDependencies: { '@vk/core': '^1.0.0' } }),
  ...soundPackage('packages/provider-a', '@vk/provider-a', { peerDependencies: { '@vk/core': '^1.0.0' } }),
  'packages/provider-a/src/config.ts': '',
};

const problemsOf = (files: Readonly<Record<string, string>>): string[] =>
  checkLayout(madeUpTree({ ...sound, ...files }), someRules).map(({ path, message }) => `${path}: ${message}`);

test('imports, re-exports and literal dynamic imports are found, with what is left of them at run time', () => {
  const source = [
    "import { a } from './a.ts';",
    "import type { B } from '../b.ts';",
    "import { type C } from 'c';",
    "export { d, type D } from './d.ts';",
    "export type { E } from 'e';",
    "export * from './f.ts';",
    "import 'g';",
    "await import('h');",
    'await import(somewhere);',
    "const text = `import { no } from 'no'`;",
  ].join('\n');
  const found = readImports(madeUpTree({ 'packages/core/src/x.ts': source }));
  expect(found.map(({ target, typeOnly }) => [target, typeOnly])).toEqual([
    ['packages/core/src/a.ts', false],
    ['packages/core/b.ts', true],
    ['c', true],
    ['g', false],
    ['packages/core/src/d.ts', false],
    ['e', true],
    ['packages/core/src/f.ts', false],
    ['h', false],
  ]);
});

test('a relative import that leaves its package is a problem', () => {
  expect(problemsOf({ 'packages/provider-a/src/config.ts': "import '../../core/src/index.ts';" })).toEqual([
    'packages/provider-a/src/config.ts: "../../core/src/index.ts" leaves the package; import it by its name',
  ]);
});

test('a relative import ends in the name of the file', () => {
  expect(problemsOf({ 'packages/core/src/x.ts': "import './index';" })).toEqual([
    'packages/core/src/x.ts: "./index" does not name the file; end it in .ts',
  ]);
});

test('an import past the exports of a package is a problem', () => {
  expect(problemsOf({ 'packages/provider-a/src/config.ts': "import '@vk/core/src/index.ts';" })).toEqual([
    'packages/provider-a/src/config.ts: @vk/core has no export "./src/index.ts"',
  ]);
});

test('an import against the direction of the layers is a problem, even of a type', () => {
  expect(problemsOf({ 'packages/core/src/x.ts': "import type { A } from '@vk/provider-a';" })).toEqual([
    'packages/core/src/x.ts: @vk/core may not import @vk/provider-a here',
  ]);
});

test('a test may import what is for tests, and the code beside it may not', () => {
  const source = "import '@vk/testkit';";
  expect(problemsOf({ 'packages/provider-a/src/a.test.ts': source })).toEqual([]);
  expect(problemsOf({ 'packages/provider-a/src/config.ts': source })).toHaveLength(1);
});

test('a confined folder imports nothing outside itself, and its tests do', () => {
  const source = "import './clock.ts';\nimport type { A } from '../index.ts';\n";
  expect(
    problemsOf({ 'packages/core/src/work/queue.ts': source, 'packages/core/src/work/queue.test.ts': source }),
  ).toEqual(['packages/core/src/work/queue.ts: may not import "../index.ts": it is pure']);
});

test('a folder without run-time dependencies may import types', () => {
  const files = {
    'packages/core/src/contract/pod.ts': "import type { Pod } from 'the-sdk';",
    'packages/core/src/contract/node.ts': "import { Node } from 'the-sdk';",
  };
  expect(problemsOf(files)).toEqual([
    'packages/core/src/contract/node.ts: may not import "the-sdk": it has no run-time dependency',
  ]);
});

test('the process is not imported where only the command may', () => {
  expect(problemsOf({ 'packages/core/src/x.ts': "import { env } from 'node:process';" })).toEqual([
    'packages/core/src/x.ts: may not import "node:process": only the command reads the environment',
  ]);
  expect(problemsOf({ 'packages/core/src/kill.ts': "import { kill } from 'node:process';" })).toEqual([]);
});

test('a library that is to be hidden is imported in one file, its types anywhere', () => {
  const one = {
    'packages/core/src/sdk.ts': "import { Client } from 'the-sdk';",
    'packages/core/src/types.ts': "import type { Pod } from 'the-sdk/models';",
  };
  expect(problemsOf(one)).toEqual([]);
  expect(problemsOf({ ...one, 'packages/core/src/other.ts': "await import('the-sdk/models');" })).toEqual([
    'packages/core/src/other.ts: is one of 2 files that import the-sdk; one may',
    'packages/core/src/sdk.ts: is one of 2 files that import the-sdk; one may',
  ]);
});
