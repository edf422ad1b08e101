import type { LayoutRules } from './rules.ts';

/** A published package that has nothing wrong, to change in one place. */
export const soundManifest = (name: string, more: Readonly<Record<string, unknown>> = {}): object => ({
  name,
  version: '1.0.0',
  description: 'What it is',
  license: 'Apache-2.0',
  scripts: { build: 'tsup' },
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  ...more,
});

/** The files of a sound package. */
export const soundPackage = (path: string, name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  [`${path}/package.json`]: soundManifest(name, more),
  [`${path}/README.md`]: '# It\n',
  [`${path}/src/index.ts`]: 'export const it: number = 1;\n',
});

export const someRules: LayoutRules = {
  names: { files: ['packages/**'], except: ['**/__fixtures__/**'], capitalised: ['README.md'], drawers: ['utils'] },
  lengths: { files: ['packages/**/*.ts'], except: ['**/*.test.ts'], warnAbove: 3, failAbove: 5, longOnes: {} },
  packages: [
    { path: 'packages/core', shape: 'library', mayUse: [] },
    { path: 'packages/testkit', shape: 'library', mayUse: ['@vk/core'] },
    { path: 'packages/provider-*', shape: 'provider', mayUse: ['@vk/core'], mayUseInTests: ['@vk/testkit'] },
    { path: 'tests', shape: 'private', mayUse: ['@vk/*'] },
  ],
  shapes: {
    library: { required: ['package.json', 'README.md', 'src'], published: true },
    provider: { required: ['package.json', 'README.md', 'src'], published: true, peers: ['@vk/core'] },
    private: { required: ['package.json'], published: false },
  },
  publishedManifest: { license: 'Apache-2.0' },
  publishedScripts: { build: 'tsup' },
  siblings: [{ folders: 'packages/provider-*', files: ['src/config.ts'] }],
  confined: [
    { files: ['packages/core/src/work/**'], may: ['packages/core/src/work/**'], because: 'it is pure' },
    {
      files: ['packages/core/src/contract/**'],
      may: ['packages/core/src/contract/**'],
      mayAsType: ['**'],
      because: 'it has no run-time dependency',
    },
    {
      files: ['packages/**'],
      except: ['packages/core/src/kill.ts'],
      mayNot: ['node:process'],
      because: 'only the command reads the environment',
    },
  ],
  singleImporters: [{ within: 'packages/core', specifiers: ['the-sdk', 'the-sdk/**'] }],
};
