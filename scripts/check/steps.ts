import type { Step } from './step.ts';

const vitest = (report: string, ...projects: string[]): [string, ...string[]] => [
  'vitest',
  'run',
  ...projects.flatMap((project) => ['--project', project]),
  '--passWithNoTests',
  '--reporter=dot',
  '--reporter=json',
  '--reporter=./scripts/check/skip-reporter.ts',
  `--outputFile.json=${report}`,
];

const tests = '.reports/vitest.json';
const realApi = '.reports/vitest-real-api.json';
const pack = '.reports/vitest-pack.json';

/** In the order of running: what the rest needs, then the quick ones, then the long ones. */
export const steps: readonly Step[] = [
  {
    name: 'build',
    holds: 'every package builds',
    commands: [['turbo', 'run', 'build', '--output-logs=errors-only']],
    needed: true,
  },
  { name: 'format', holds: 'oxfmt would change nothing', commands: [['oxfmt', '--check']] },
  {
    name: 'lint',
    holds: 'oxlint, with types, has nothing to say',
    commands: [['oxlint', '--type-aware', '--deny-warnings']],
  },
  {
    name: 'layout',
    holds: 'files, manifests and imports are as scripts/layout/layout.json has them',
    commands: [['node', 'scripts/layout.ts']],
  },
  {
    name: 'types',
    holds: 'TypeScript accepts every package, the tests and the scripts',
    commands: [['turbo', 'run', 'typecheck', 'typecheck:root', '--output-logs=errors-only']],
  },
  {
    name: 'docs',
    holds: 'generated pages are fresh, links lead somewhere, the site builds',
    commands: [
      ['node', 'scripts/docs.ts', '--check'],
      ['pnpm', '--dir', 'docs', 'run', 'site', '--logLevel', 'warn'],
    ],
  },
  { name: 'knip', holds: 'no unused file, export or dependency', commands: [['knip', '--no-progress']] },
  {
    name: 'packages',
    holds: 'publint and are-the-types-wrong accept each package as it would be published',
    commands: [['node', 'scripts/packages.ts']],
  },
  {
    name: 'test',
    holds: 'unit tests and test lanes pass',
    commands: [vitest(tests, 'unit', 'lanes')],
    live: true,
    testReport: tests,
  },
  {
    name: 'real-api',
    holds: 'the lane on a real API server passes, in a network of its own where that can be had',
    commands: [['node', 'scripts/own-network.ts', ...vitest(realApi, 'real-api')]],
    live: true,
    testReport: realApi,
  },
  {
    name: 'pack',
    holds: 'the packed packages, installed with npm in an empty directory, run a pod',
    commands: [vitest(pack, 'pack')],
    live: true,
    testReport: pack,
  },
];
