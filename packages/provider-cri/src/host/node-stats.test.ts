import { totalmem } from 'node:os';
import { FakeClock } from '@vk/node/testing';
import { expect, it } from 'vitest';
import { CpuRates } from '../stats/cpu-rates.ts';
import { parseMemoryInfo } from './memory-info.ts';
import { nodeStats } from './node-stats.ts';

it("the kernel's figures of memory are in bytes", () => {
  const info = parseMemoryInfo('MemTotal:       16318524 kB\nSwapFree:              0 kB\nHugePages_Total:       0\n');
  expect([...info]).toEqual([
    ['MemTotal', 16_318_524 * 1024],
    ['SwapFree', 0],
  ]);
});

it('a node has the figures of its host, and a CPU rate from the second reading on', async () => {
  const clock = new FakeClock();
  const rates = new CpuRates();
  const fs = { time: '2026-01-01T00:00:00Z', capacityBytes: 1 };
  const read = () => nodeStats({ clock, rates, disk: fs, runtime: { imageFs: fs } });
  const first = await read();
  expect(first.cpu?.usageNanoCores).toBeUndefined();
  expect(first).toMatchObject({ fs, runtime: { imageFs: fs } });
  expect(first.memory?.workingSetBytes).toBeGreaterThan(0);
  expect(first.memory?.usageBytes).toBeLessThanOrEqual(totalmem());
  expect(first.processes?.running).toBeGreaterThan(0);
  await clock.advance(10_000);
  expect((await read()).cpu?.usageNanoCores).toBeGreaterThanOrEqual(0);
});
