import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@vk/node/testing';
import { silentLogger } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { VolumeMeter } from './volume-meter.ts';

let root: string;
let meter: VolumeMeter;
let measured: string[];
const clock = new FakeClock();
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-meter-'));
  await mkdir(join(root, 'data'));
  measured = [];
  const directoriesOf = async (uid: string) => {
    measured.push(uid);
    if (uid === 'broken') throw new Error('no such pod');
    return Promise.resolve([{ name: 'data', path: join(root, 'data') }]);
  };
  meter = new VolumeMeter({ volumes: { directoriesOf }, clock, log: silentLogger });
});
afterEach(async () => {
  await meter.close();
  await rm(root, { recursive: true });
});

const usedBy = (uid: string): number => meter.figuresOf([uid]).get(uid)?.[0]?.stats.usedBytes ?? -1;

it('whoever asks first gets nothing and is not kept waiting; then the figures are there', async () => {
  await writeFile(join(root, 'data/file'), Buffer.alloc(8192, 1));
  expect(usedBy('a')).toBe(-1);
  await vi.waitFor(() => expect(usedBy('a')).toBeGreaterThanOrEqual(8192));
  expect(meter.figuresOf(['a']).get('a')?.[0]?.stats).toMatchObject({ name: 'data', inodesUsed: 2 });
});

it('volumes are measured anew when the figures are a minute old, not before', async () => {
  await vi.waitFor(() => expect(usedBy('a')).toBeGreaterThanOrEqual(0));
  const before = usedBy('a');
  await writeFile(join(root, 'data/file'), Buffer.alloc(8192, 1));
  await clock.advance(59_000);
  expect(usedBy('a')).toBe(before);
  expect(measured).toEqual(['a']);
  await clock.advance(1_000);
  await vi.waitFor(() => expect(usedBy('a')).toBeGreaterThanOrEqual(before + 8192));
  expect(measured).toEqual(['a', 'a']);
});

it('pods that nobody asks for any more are forgotten, and one that cannot be measured holds up no other', async () => {
  await vi.waitFor(() => expect(meter.figuresOf(['broken', 'a']).has('a')).toBe(true));
  expect(meter.figuresOf(['broken', 'a']).has('broken')).toBe(false);
  expect(meter.figuresOf(['b']).has('a')).toBe(false);
});
