import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { limitPodCgroup } from './limit-pod-cgroup.ts';

const path = '/vk/podx';
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-cgroup-'));
  for (const hierarchy of ['', 'cpu', 'memory']) await mkdir(join(root, hierarchy, path), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');
const resources = { requests: { cpu: '250m' }, limits: { cpu: '500m', memory: '64Mi' } };

it('limits of a pod as a whole are those of its cgroup', async () => {
  await limitPodCgroup(resources, { root, path, unified: true, cpuCfsQuota: true });
  expect(await read('vk/podx/cpu.max')).toBe('50000 100000');
  expect(await read('vk/podx/memory.max')).toBe('67108864');
  expect(await read('vk/podx/cpu.weight')).toBe('10');
});

it('in separate hierarchies too', async () => {
  await limitPodCgroup(resources, { root, path, unified: false, cpuCfsQuota: true });
  expect(await read('cpu/vk/podx/cpu.cfs_quota_us')).toBe('50000');
  expect(await read('cpu/vk/podx/cpu.shares')).toBe('256');
  expect(await read('memory/vk/podx/memory.limit_in_bytes')).toBe('67108864');
});

it('a limit that is taken away, or that the configuration does not enforce, is none', async () => {
  await limitPodCgroup({ limits: { cpu: '1' } }, { root, path, unified: true, cpuCfsQuota: false });
  expect([await read('vk/podx/cpu.max'), await read('vk/podx/memory.max')]).toEqual(['max 100000', 'max']);
});
