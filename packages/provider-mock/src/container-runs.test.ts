import { describe, expect, it } from 'vitest';
import { runAt } from './container-runs.ts';
import type { ContainerRecord } from './pod-record.ts';

function container(overrides: Partial<ContainerRecord>): ContainerRecord {
  return {
    name: 'app',
    image: 'app:1',
    startsAt: 0,
    restartsBefore: 0,
    exitCode: 0,
    outOfMemory: false,
    readyAfter: 0,
    ...overrides,
  };
}

/** When each of the first runs starts, in seconds, found by asking each second. */
function starts(record: ContainerRecord, restartPolicy: string, seconds: number): number[] {
  const all = Array.from({ length: seconds }, (_, second) => runAt(record, restartPolicy, second * 1_000).startedAt);
  return [...new Set(all)].map((milliseconds) => milliseconds / 1_000);
}

describe('the runs of a container', () => {
  it('a container is started again at once after its first run, then after 10 s doubling to 300 s', () => {
    const gaps = [0, 10, 20, 40, 80, 160, 300, 300, 300];
    const expected = gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + 5 + gap], [0]);
    expect(starts(container({ runTime: 5_000 }), 'Always', 1_300)).toEqual(expected);
  });

  it('one that ran for more than ten minutes has no backoff', () => {
    const record = container({ runTime: 601_000 });
    expect(runAt(record, 'Always', 601_000 * 4 + 1)).toMatchObject({ index: 4, startedAt: 601_000 * 4 });
  });

  it('the jump to a late run finds the one that counting finds', () => {
    const record = container({ runTime: 7_000 });
    const late = runAt(record, 'Always', 400 * 86_400_000);
    const before = runAt(record, 'Always', late.startedAt - 1);
    expect(before.index).toBe(late.index - 1);
    expect(late.previous).toEqual({ startedAt: before.startedAt, finishedAt: before.endsAt });
    expect(before.restartsAt).toBe(late.startedAt);
  });

  it.each([
    ['Never', 1, false],
    ['OnFailure', 0, false],
    ['OnFailure', 1, true],
    ['Always', 0, true],
  ])('under %s with exit code %i it is started again: %s', (restartPolicy, exitCode, restarted) => {
    const run = runAt(container({ runTime: 1_000, exitCode }), restartPolicy, 5_000);
    expect(run.index).toBe(restarted ? 1 : 0);
  });

  it('a container that ends at once does not spin: its waits grow all the same', () => {
    expect(runAt(container({ runTime: 0 }), 'Always', 86_400_000).index).toBeLessThan(300);
  });
});
