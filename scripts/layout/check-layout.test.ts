import { expect, test } from 'vitest';
import { checkLayout } from './check-layout.ts';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { someRules, soundManifest, soundPackage } from './sound-package.ts';
import type { LayoutRules } from './rules.ts';

const core = soundPackage('packages/core', '@vk/core');
const provider = {
  ...soundPackage('packages/provider-a', '@vk/provider-a', { peerDependencies: { '@vk/core': '^1.0.0' } }),
  'packages/provider-a/src/config.ts': 'export {};\n',
};

const problemsOf = (files: Readonly<Record<string, string | object>>, rules: LayoutRules = someRules): string[] =>
  checkLayout(madeUpTree(files), rules).map(({ path, message, level }) =>
    level === 'error' ? `${path}: ${message}` : `${level} ${path}: ${message}`,
  );

test('a sound tree has no problems', () => {
  expect(problemsOf({ ...core, ...provider })).toEqual([]);
});

test('what was installed or built is not looked at', () => {
  expect(
    problemsOf({ ...core, 'packages/core/dist/Index.js': '', 'packages/core/node_modules/Some/x.ts': '' }),
  ).toEqual([]);
});

test('a file name that is not kebab-case is a problem', () => {
  expect(problemsOf({ ...core, 'packages/core/src/podStatus.ts': '' })).toEqual([
    'packages/core/src/podStatus.ts: "podStatus.ts" is not kebab-case',
  ]);
});

test('recorded data may be called what it likes', () => {
  expect(problemsOf({ ...core, 'packages/core/src/__fixtures__/PodList.json': '{}' })).toEqual([]);
});

test('a drawer is a problem, as a file and as a folder', () => {
  const problems = problemsOf({ ...core, 'packages/core/src/utils.ts': '', 'packages/core/src/utils/time.ts': '' });
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('says nothing about what is inside');
});

test('a long file is a warning, a very long one a problem, and a long test neither', () => {
  const long = 'export {};\n'.repeat(4);
  const files = {
    ...core,
    'packages/core/src/long.ts': long,
    'packages/core/src/longer.ts': long.repeat(2),
    'packages/core/src/long.test.ts': long.repeat(2),
  };
  expect(problemsOf(files)).toEqual([
    'warning packages/core/src/long.ts: has 4 lines, more than 3',
    'packages/core/src/longer.ts: has 8 lines, more than 5; split it by idea',
  ]);
});

test('a very long file with a reason is a warning, and a reason without its file is a problem', () => {
  const longOnes = { 'packages/core/src/table.ts': 'one table', 'packages/core/src/gone.ts': 'was a table' };
  const rules = { ...someRules, lengths: { ...someRules.lengths, longOnes } };
  expect(problemsOf({ ...core, 'packages/core/src/table.ts': 'export {};\n'.repeat(9) }, rules)).toEqual([
    'packages/core/src/gone.ts: is not long any more; take it out of lengths.longOnes',
    'warning packages/core/src/table.ts: has 9 lines, more than 3',
  ]);
});

test('a package holds what its shape requires and nothing else', () => {
  const { 'packages/core/README.md': _, ...withoutReadme } = core;
  expect(problemsOf({ ...withoutReadme, 'packages/core/vitest.config.ts': '' })).toEqual([
    'packages/core: has no README.md',
    'packages/core/vitest.config.ts: does not belong beside src; shared configuration is at the root',
  ]);
});

test('a package that the data does not know is a problem', () => {
  expect(problemsOf(soundPackage('packages/new', '@vk/new'))).toEqual([
    'packages/new: has no entry under packages in scripts/layout/layout.json',
  ]);
});

test('published packages agree in the fields that are not their own', () => {
  expect(problemsOf(soundPackage('packages/core', '@vk/core', { license: 'MIT', version: '0.3.0' }))).toEqual([
    'packages/core/package.json: "license" should be "Apache-2.0"',
    'packages/core/package.json: "version" is not a release from 1.0.0 on',
  ]);
});

test('a door leads to the folder of its name', () => {
  const exports = { '.': './dist/main.js', './package.json': './package.json' };
  expect(problemsOf(soundPackage('packages/core', '@vk/core', { exports }))).toEqual([
    'packages/core/package.json: exports["."] should be {"types":"./dist/index.d.ts","default":"./dist/index.js"}',
  ]);
});

test('a door may lead to a file of its name as well', () => {
  const exports = {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './testing': { types: './dist/testing.d.ts', default: './dist/testing.js' },
    './package.json': './package.json',
  };
  expect(problemsOf(soundPackage('packages/core', '@vk/core', { exports }))).toEqual([]);
});

test('published packages have the shared scripts word for word, and may have others', () => {
  const scripts = { build: 'tsup --minify', docs: 'node docs.ts' };
  expect(problemsOf(soundPackage('packages/core', '@vk/core', { scripts }))).toEqual([
    'packages/core/package.json: the script "build" should be "tsup"',
  ]);
});

test('a package of ours that is not for publishing is marked private', () => {
  expect(problemsOf({ 'tests/package.json': { name: '@vk/tests' } })).toEqual([
    'tests/package.json: is not marked private',
  ]);
});

test('a provider names the core as a peer by caret range', () => {
  const dependencies = { '@vk/core': 'workspace:^' };
  expect(
    problemsOf({
      ...core,
      ...provider,
      'packages/provider-a/package.json': soundManifest('@vk/provider-a', { dependencies }),
    }),
  ).toEqual([
    'packages/provider-a/package.json: @vk/core should be a peer by caret range',
    'packages/provider-a/package.json: @vk/core is a peer, not a dependency',
  ]);
});

test('no provider depends on another', () => {
  const other = {
    'packages/provider-b/package.json': soundManifest('@vk/provider-b', {
      peerDependencies: { '@vk/core': '^1.0.0' },
      devDependencies: { '@vk/provider-a': 'workspace:*' },
    }),
    'packages/provider-b/README.md': '',
    'packages/provider-b/src/config.ts': '',
  };
  expect(problemsOf({ ...core, ...provider, ...other })).toEqual([
    'packages/provider-b/package.json: may not depend on @vk/provider-a',
  ]);
});

test('a dependency from outside is pinned, and a record says why it is there', () => {
  const withDependency = soundPackage('packages/core', '@vk/core', { dependencies: { undici: '^8.0.0' } });
  expect(problemsOf(withDependency)).toEqual([
    'packages/core/package.json: undici is not pinned to one version',
    'packages/core/package.json: no record under docs/decisions says why undici is there',
  ]);
});

test('a record about another library of a similar name is not enough', () => {
  const withDependency = soundPackage('packages/core', '@vk/core', { dependencies: { pino: '10.4.0' } });
  const record = (text: string) => problemsOf({ ...withDependency, 'docs/decisions/0001-logging.md': text });
  expect(record('We take pino-pretty.')).toEqual([
    'packages/core/package.json: no record under docs/decisions says why pino is there',
  ]);
  expect(record('We take pino.')).toEqual([]);
});

test('siblings have the same files', () => {
  const { 'packages/provider-a/src/config.ts': _, ...without } = provider;
  expect(problemsOf({ ...core, ...without })).toEqual([
    'packages/provider-a: has no src/config.ts, which its siblings have',
  ]);
});
