import { expect, test } from 'vitest';
import { addCounts, testFilesOf } from './test-report.ts';

const file = (name: string, status: string, ...tests: string[]) => ({
  name,
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test('tests are counted by file, by their path in the repository', () => {
  const files = testFilesOf(
    { testResults: [file('/repo/packages/a/src/x.test.ts', 'failed', 'passed', 'failed', 'skipped')] },
    '/repo',
  );
  expect(files).toEqual([{ path: 'packages/a/src/x.test.ts', passed: 1, failed: 1, skipped: 1 }]);
});

test('a test that was never started counts as skipped, not as passed', () => {
  expect(testFilesOf({ testResults: [file('/repo/x', 'passed', 'pending', 'todo')] }, '/repo')).toEqual([
    { path: 'x', passed: 0, failed: 0, skipped: 2 },
  ]);
});

test('a file that could not be loaded counts as one failed test', () => {
  expect(addCounts(testFilesOf({ testResults: [file('/repo/x', 'failed')] }, '/repo')).failed).toBe(1);
});
