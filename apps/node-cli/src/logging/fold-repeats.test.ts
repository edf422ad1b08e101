import type { Clock } from '@vk/node';
import type { LogFields, Logger } from '@vk/node/provider';
import { beforeEach, describe, expect, it } from 'vitest';
import { foldRepeats } from './fold-repeats.ts';

let now: number;
let written: string[];
let log: Logger;

beforeEach(() => {
  now = 0;
  written = [];
  const clock = { monotonic: () => now } as Clock;
  log = foldRepeats(recorder(), clock);
});

function recorder(bound: LogFields = {}): Logger {
  const line =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void written.push([level, message, ...Object.values({ ...bound, ...fields }).map(String)].join(' '));
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: (fields) => recorder({ ...bound, ...fields }),
  };
}

describe('repeated failures', () => {
  it('are written once, and then with a count after ever longer times', () => {
    for (now = 0; now <= 100_000; now += 1_000) log.warn('Work on a pod failed', { pod: 'a/b' });
    expect(written).toEqual([
      'warn Work on a pod failed a/b',
      'warn Work on a pod failed (10 times more in 10s) a/b',
      'warn Work on a pod failed (20 times more in 20s) a/b',
      'warn Work on a pod failed (40 times more in 40s) a/b',
    ]);
  });

  it('come at least every ten minutes, and never more often than they happen', () => {
    for (now = 0; now <= 7_200_000; now += 60_000) log.error('x');
    expect(written.length).toBeLessThan(18);
    expect(written.at(-1)).toBe('error x (10 times more in 10m)');
  });

  it('are told apart by pod, by node and by what went wrong, but not by the count of tries', () => {
    const other = log.with({ node: 'n2' });
    log.warn('failed', { pod: 'a/b', attempt: 1 });
    log.warn('failed', { pod: 'a/b', attempt: 2 });
    log.warn('failed', { pod: 'a/c', attempt: 1 });
    log.warn('failed', { pod: 'a/b', attempt: 3, error: new Error('no room') });
    other.warn('failed', { pod: 'a/b', attempt: 1 });
    log.error('failed', { pod: 'a/b' });
    expect(written).toHaveLength(5);
  });

  it('count as new after a quiet time', () => {
    log.warn('x');
    now = 900_000;
    log.warn('x');
    expect(written).toEqual(['warn x', 'warn x']);
  });

  it('are forgotten, the oldest first, when there are too many different ones', () => {
    for (let index = 0; index <= 1_000; index++) log.warn(`line ${index}`);
    written.length = 0;
    log.warn('line 1000');
    log.warn('line 0');
    expect(written).toEqual(['warn line 0']);
  });
});

it('leaves what is no failure as it is', () => {
  for (let index = 0; index < 3; index++) log.info('Pod created', { pod: 'a/b' });
  expect(written).toHaveLength(3);
});
