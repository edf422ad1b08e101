import { matchesGlob } from 'node:path';

export const matchesAny = (value: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => matchesGlob(value, pattern));

/** Tests, type tests and what stands beside them for tests only. */
export const isTest = (path: string): boolean =>
  matchesAny(path, ['**/*.test.ts', '**/*.test-d.ts', '**/__fixtures__/**']);
