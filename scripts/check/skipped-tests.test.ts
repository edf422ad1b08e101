import { expect, test } from 'vitest';
import { skippedByReason } from './skipped-tests.ts';

test('skipped tests are counted by their reason, and one without a reason is named', () => {
  const skipped = [
    { name: 'exec', note: '' },
    { name: 'adopts', note: 'nothing outlives the process' },
    { name: 'comes back', note: 'nothing outlives the process' },
  ];
  expect(skippedByReason(skipped)).toEqual([
    { reason: 'nothing outlives the process', count: 2 },
    { reason: 'no reason given: exec', count: 1 },
  ]);
});
