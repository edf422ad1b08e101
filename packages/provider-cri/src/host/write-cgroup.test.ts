import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeCgroup, writeSharedCgroup } from './write-cgroup.ts';

const path = '/vk/podx';
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-cgroup-'));
  for (const hierarchy of ['', 'cpu', 'memory']) await mkdir(join(root, hierarchy, path), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');
const limits = { shares: 256n, quota: 50_000n, memory: 67_108_864n };

it('limits of a pod as a whole are those of its cgroup', async () => {
  await writeCgroup(limits, { root, path, unified: true });
  expect(await read('vk/podx/cpu.max')).toBe('50000 100000');
  expect(await read('vk/podx/memory.max')).toBe('67108864');
  expect(await read('vk/podx/cpu.weight')).toBe('10');
});

it('in separate hierarchies too', async () => {
  await writeCgroup(limits, { root, path, unified: false });
  expect(await read('cpu/vk/podx/cpu.cfs_quota_us')).toBe('50000');
  expect(await read('cpu/vk/podx/cpu.shares')).toBe('256');
  expect(await read('memory/vk/podx/memory.limit_in_bytes')).toBe('67108864');
});

it('a limit that is taken away is none, and what is not given stays as it is', async () => {
  await writeCgroup(limits, { root, path, unified: true });
  await writeCgroup({ quota: 0n }, { root, path, unified: true });
  expect([await read('vk/podx/cpu.max'), await read('vk/podx/memory.max')]).toEqual(['max 100000', '67108864']);
  await writeCgroup({ quota: 0n, memory: 0n }, { root, path, unified: false });
  expect(await read('cpu/vk/podx/cpu.cfs_quota_us')).toBe('-1');
  expect(await read('memory/vk/podx/memory.limit_in_bytes')).toBe('-1');
});

it.each([
  { unified: true, file: 'vk/podx/hugetlb.2MB.max' },
  { unified: false, file: 'hugetlb/vk/podx/hugetlb.2MB.limit_in_bytes' },
])('huge pages are limited where the host counts them by cgroup: $file', async ({ unified, file }) => {
  const place = { root, path, unified };
  const hugePages = (limit: bigint) => ({ hugePages: [{ pageSize: '2MB', limit }] });
  await writeCgroup(hugePages(0n), place);
  await expect(writeCgroup(hugePages(4_194_304n), place)).rejects.toThrow('ENOENT');
  await mkdir(join(root, 'hugetlb', path), { recursive: true });
  await writeFile(join(root, file), '');
  await writeCgroup(hugePages(4_194_304n), place);
  expect(await read(file)).toBe('4194304');
});

it('a class of which there is no pod has nothing to be set', async () => {
  writeSharedCgroup({ shares: 2n }, { root, path: '/vk/none', unified: true });
  writeSharedCgroup({ shares: 2n }, { root, path, unified: false });
  await expect(read('vk/none/cpu.weight')).rejects.toThrow('ENOENT');
  expect(await read('cpu/vk/podx/cpu.shares')).toBe('2');
});
