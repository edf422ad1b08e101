import { expect, test } from 'vitest';
import { laneResults, type LaneReport } from './lanes.ts';

const definitions = [
  { lane: 'kubectl', files: ['tests/kubectl/**'] },
  { lane: 'unit', files: ['packages/*/src/**'] },
];
const file = (path: string, passed: number, skipped = 0) => ({ path, passed, failed: 0, skipped });
const kubectl = (files: readonly ReturnType<typeof file>[], reports: readonly LaneReport[] = []) =>
  laneResults(definitions, files, reports).find(({ lane }) => lane === 'kubectl');

test('a lane has run when at least one of its tests has', () => {
  expect(
    kubectl([file('tests/kubectl/get.test.ts', 2)], [{ lane: 'kubectl', ran: true, detail: 'kubectl 1.36' }]),
  ).toEqual({ lane: 'kubectl', passed: 2, failed: 0, skipped: 0, ran: true, note: 'kubectl 1.36' });
});

test('a lane that could not run says why', () => {
  const result = kubectl(
    [file('tests/kubectl/get.test.ts', 0, 2)],
    [{ lane: 'kubectl', ran: false, reason: 'none on PATH' }],
  );
  expect(result).toMatchObject({ ran: false, note: 'none on PATH', passed: 0, skipped: 2 });
});

test('a lane that claims to have run without a test to show for it has not run', () => {
  expect(kubectl([], [{ lane: 'kubectl', ran: true }])).toMatchObject({ ran: false, note: 'no test of it ran' });
});

test('a lane that ran in part says which part did not', () => {
  const result = kubectl(
    [file('tests/kubectl/get.test.ts', 1)],
    [{ lane: 'kubectl', ran: false, reason: 'no second version' }],
  );
  expect(result).toMatchObject({ ran: true, note: 'in part: no second version' });
});

test('a test file of no lane is listed as other', () => {
  expect(laneResults(definitions, [file('tests/new/x.test.ts', 1)], []).map(({ lane }) => lane)).toEqual([
    'kubectl',
    'unit',
    'other',
  ]);
});
