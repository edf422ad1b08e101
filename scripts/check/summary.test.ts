import { expect, test } from 'vitest';
import type { StepResult } from './step.ts';
import { closingLine, summaryText, totalOf } from './summary.ts';

const result = (name: string, outcome: StepResult['outcome']): StepResult => ({
  step: { name, holds: 'it holds', commands: [] },
  outcome,
  seconds: 1,
});
const testFile = (passed: number, failed: number, skipped: number) => ({ path: 'x.test.ts', passed, failed, skipped });

test('a failed step that has no tests counts as one failed', () => {
  expect(
    totalOf([result('lint', 'failed'), result('test', 'passed')], new Map([['test', [testFile(5, 0, 1)]]])),
  ).toEqual({
    passed: 5,
    failed: 1,
    skipped: 1,
  });
});

test('a failed test step counts its failed tests and not itself', () => {
  expect(totalOf([result('test', 'failed')], new Map([['test', [testFile(5, 2, 0)]]])).failed).toBe(2);
});

test('a test step that failed although all its tests passed counts as one failed', () => {
  expect(totalOf([result('test', 'failed')], new Map([['test', [testFile(5, 0, 0)]]])).failed).toBe(1);
});

test('the closing line has the three numbers and nothing else', () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 3 })).toBe('12 passed, 0 failed, 3 skipped');
});

test('a lane that did not run stands in the summary with its reason and no counts', () => {
  const text = summaryText(
    [result('test', 'passed')],
    [{ lane: 'runtime', ran: false, passed: 0, failed: 0, skipped: 4, note: 'no containerd on PATH' }],
    [{ name: 'runs', file: 'tests/runtime/a.test.ts', note: '' }],
    () => 'runtime',
  );
  expect(text).toContain('runtime  DID NOT RUN    no containerd on PATH');
  expect(text).toContain('Skipped tests\n  1  the lane "runtime" did not run');
});
