import { expect, test } from 'vitest';
import { skippedByReason } from './skipped-tests.ts';

test('skipped tests are counted by their reason, and one without a reason is named', () => {
  const file = 'a.test.ts';
  const skipped = [
    { name: 'exec', file, note: '' },
    { name: 'adopts', file, note: 'nothing outlives the process' },
    { name: 'comes back', file, note: 'nothing outlives the process' },
  ];
  expect(skippedByReason(skipped, () => undefined)).toEqual([
    { reason: 'nothing outlives the process', count: 2 },
    { reason: 'no reason given: exec', count: 1 },
  ]);
});

test('the tests of a lane that did not run are counted in one line', () => {
  const skipped = ['one', 'two'].map((name) => ({ name, file: 'tests/runtime/a.test.ts', note: '' }));
  expect(skippedByReason(skipped, () => 'runtime')).toEqual([{ reason: 'the lane "runtime" did not run', count: 2 }]);
});
