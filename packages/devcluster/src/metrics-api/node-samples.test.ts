import { expect, test, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { type ManualClock, manualClock } from '../control-loop/testing/manual-clock.ts';
import type { NodeSample } from './node-sample.ts';
import { NodeSamples } from './node-samples.ts';

function world(answers?: (count: number) => NodeSample | undefined): {
  clock: ManualClock;
  samples: NodeSamples;
  count: () => number;
  /** Moves time on by the second that somebody has begun to wait for. */
  passSecond: () => Promise<void>;
} {
  const clock = manualClock();
  let waits = 0;
  const watched: Clock = {
    now: () => clock.now(),
    setTimeout: (callback, milliseconds) => {
      waits += 1;
      return clock.setTimeout(callback, milliseconds);
    },
  };
  let count = 0;
  const sample = (): NodeSample => ({
    node: { cpuSeconds: count, memoryBytes: 1, timestamp: clock.now(), started: undefined },
    pods: new Map(),
  });
  const scrape = (): Promise<NodeSample | undefined> => {
    count += 1;
    return Promise.resolve(answers === undefined ? sample() : answers(count));
  };
  const passSecond = async (): Promise<void> => {
    await vi.waitFor(() => expect(waits).toBe(1));
    waits = 0;
    clock.advance(1000);
  };
  return { clock, samples: new NodeSamples({ clock: watched, scrape }), count: () => count, passSecond };
}

async function firstPair({ samples, passSecond }: ReturnType<typeof world>): Promise<void> {
  const pair = samples.pairOf('node');
  await passSecond();
  await pair;
}

test('The first who asks waits for two samples, a second apart', async () => {
  const { samples, passSecond } = world();
  const pair = samples.pairOf('node');
  await passSecond();
  expect(await pair).toMatchObject({ last: { node: { cpuSeconds: 2 } }, previous: { node: { cpuSeconds: 1 } } });
});

test('Who asks again gets one more sample, and the one before', async () => {
  const own = world();
  await firstPair(own);
  own.clock.advance(15_000);
  expect(await own.samples.pairOf('node')).toMatchObject({
    last: { node: { cpuSeconds: 3 } },
    previous: { node: { cpuSeconds: 2 } },
  });
});

test('Those who ask at the same time, or within a second, get the same', async () => {
  const own = world();
  await firstPair(own);
  own.clock.advance(5000);
  const pairs = await Promise.all([own.samples.pairOf('node'), own.samples.pairOf('node')]);
  expect(pairs[0]).toBe(pairs[1]);
  own.clock.advance(999);
  expect(await own.samples.pairOf('node')).toBe(pairs[0]);
  expect(own.count()).toBe(3);
});

test('A sample of more than a minute ago is forgotten: two new ones are taken', async () => {
  const own = world();
  await firstPair(own);
  own.clock.advance(60_000);
  const pair = own.samples.pairOf('node');
  await own.passSecond();
  expect(await pair).toMatchObject({ last: { node: { cpuSeconds: 4 } }, previous: { node: { cpuSeconds: 3 } } });
});

test('A node that says nothing is not waited for, and is asked anew the next time', async () => {
  const { samples, count } = world(() => undefined);
  expect(await samples.pairOf('node')).toBeUndefined();
  expect(await samples.pairOf('node')).toBeUndefined();
  expect(count()).toBe(2);
});

test('A node that has not measured anew keeps the window that it had', async () => {
  const node = (timestamp: number): NodeSample => ({
    node: { cpuSeconds: 1, memoryBytes: 1, timestamp, started: undefined },
    pods: new Map(),
  });
  const own = world((count) => node(count === 1 ? 1000 : 2000));
  await firstPair(own);
  own.clock.advance(5000);
  expect(await own.samples.pairOf('node')).toMatchObject({
    last: { node: { timestamp: 2000 } },
    previous: { node: { timestamp: 1000 } },
  });
});

test('Nobody is asked while nobody wants to know', async () => {
  const own = world();
  await firstPair(own);
  own.clock.advance(3_600_000);
  expect(own.count()).toBe(2);
});
