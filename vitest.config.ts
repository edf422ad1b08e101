import { defineConfig } from 'vitest/config';

const node = { environment: 'node', testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['scripts/pack/**'],
        },
      },
      { test: { ...node, name: 'lanes', include: ['tests/**/*.test.ts', 'examples/**/*.test.ts'] } },
      { test: { ...node, name: 'pack', include: ['scripts/pack/**/*.test.ts'] } },
    ],
  },
});
