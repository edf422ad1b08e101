import { expect, test } from 'vitest';
import type { UsagePoint } from './node-sample.ts';
import { formatDuration, usageOf } from './usage.ts';

function point(timestamp: number, cpuSeconds: number, started?: number): UsagePoint {
  return { timestamp, cpuSeconds, memoryBytes: 3 * 1024 * 1024, started };
}

test('The processor is what was used over the time between, the memory that of the later moment', () => {
  expect(usageOf(point(15_200, 3.8), point(0, 0))).toEqual({
    usage: { cpu: '250m', memory: '3Mi' },
    timestamp: 15_200,
    window: 15_200,
  });
  expect(usageOf(point(3000, 1), point(0, 0))?.usage.cpu).toBe('333333333n');
  expect(usageOf(point(1000, 5), point(0, 5))?.usage.cpu).toBe('0');
});

test('Nothing can be said by one moment, by the same one twice, or by a count that went down', () => {
  expect(usageOf(point(1000, 1), undefined)).toBeUndefined();
  expect(usageOf(point(1000, 1), point(1000, 1))).toBeUndefined();
  expect(usageOf(point(2000, 1), point(1000, 5))).toBeUndefined();
});

test('Something that has just started is counted from its start', () => {
  expect(usageOf(point(12_000, 1, 10_000), undefined)).toMatchObject({ usage: { cpu: '500m' }, window: 2000 });
});

test('Something that was started again is counted from there, whatever it had used before', () => {
  expect(usageOf(point(20_000, 4, 18_000), point(10_000, 3, 0))).toMatchObject({ usage: { cpu: '2' }, window: 2000 });
});

test('Durations are written as Go writes them', () => {
  expect([15_200, 60_000, 61_500, 3_600_000, 3_661_001, 250].map(formatDuration)).toEqual([
    '15.2s',
    '1m0s',
    '1m1.5s',
    '1h0m0s',
    '1h1m1.001s',
    '250ms',
  ]);
});
