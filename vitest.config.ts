import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const node = { environment: 'node', testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    // Two at least, also where there are two processors: most lanes wait for processes of their own half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'scripts/pack/**'],
        },
      },
      {
        test: {
          ...node,
          name: 'lanes',
          include: ['tests/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'tests/real-api/**'],
        },
      },
      // On its own, to be run in a network of its own; on the loopback address as well, without some cases.
      { test: { ...node, name: 'real-api', include: ['tests/real-api/**/*.test.ts'] } },
      { test: { ...node, name: 'pack', include: ['scripts/pack/**/*.test.ts'] } },
    ],
  },
});
