import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, type Pod, type PodSpec } from '@vk/node/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AllPodsLimits } from '../mapping/left-for-pods.ts';
import { PodCgroups } from './pod-cgroups.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-cgroups-'));
  for (const hierarchy of ['', 'cpu', 'memory']) {
    for (const pod of ['poda', 'burstable/podb', 'burstable/podc', 'besteffort/podd']) {
      await mkdir(join(root, hierarchy, 'vk', pod), { recursive: true });
    }
  }
});
afterEach(() => rm(root, { recursive: true }));

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

function cgroupsOf(
  unifiedCgroups: boolean,
  driver: 'cgroupfs' | 'systemd' = 'cgroupfs',
  allPods: AllPodsLimits = {},
): PodCgroups {
  return new PodCgroups(
    {
      cgroup: { parent: '/vk', driver },
      resourceSettings: {
        cpuCfsQuota: true,
        memoryBytes: 1n << 32n,
        hugePageSizes: [],
        unifiedCgroups,
        swapController: false,
        allPods,
      },
      burstableRequests: new Map(),
      log: silentLogger,
    },
    root,
  );
}

function podOf(uid: string, resources: PodSpec['resources'] = {}, spec: Partial<PodSpec> = {}): Pod {
  return { metadata: { name: uid, uid }, spec: { ...spec, containers: [{ name: 'app', resources }] } };
}

const burstable = { requests: { cpu: '500m' }, limits: { cpu: '1', memory: '64Mi' } };

describe.each([
  { unified: true, of: (path: string) => `${path}/cpu.weight`, weights: ['20', '59', '1'] },
  { unified: false, of: (path: string) => `cpu/${path}/cpu.shares`, weights: ['512', '1536', '2'] },
])('with one hierarchy: $unified', ({ unified, of, weights }) => {
  it('pods weigh by their requests, and burstable ones together by the sum of them', async () => {
    const cgroups = cgroupsOf(unified);
    await cgroups.limit(podOf('b', burstable));
    await cgroups.limit(podOf('c', { requests: { cpu: '1' } }));
    await cgroups.limit(podOf('d'));
    expect([await read(of('vk/burstable/podb')), await read(of('vk/burstable'))]).toEqual(weights.slice(0, 2));
    expect(await read(of('vk/besteffort'))).toBe(weights[2]);
    expect(await read(of('vk/besteffort/podd'))).toBe(weights[2]);
    cgroups.free('c');
    expect(await read(of('vk/burstable'))).toBe(weights[0]);
  });
});

it('a guaranteed pod is limited outside of any class', async () => {
  await cgroupsOf(true).limit(podOf('a', { limits: { cpu: '1', memory: '64Mi' } }));
  expect(await read('vk/poda/cpu.max')).toBe('100000 100000');
  expect(await read('vk/poda/memory.max')).toBe('67108864');
  await expect(read('vk/cpu.weight')).rejects.toThrow('ENOENT');
});

it('pods that a process takes over count in their class', async () => {
  cgroupsOf(false).hold(podOf('b', burstable));
  expect(await read('cpu/vk/burstable/cpu.shares')).toBe('512');
});

it('a container that is resized is not held back by its pod, which has the new sum afterwards', async () => {
  const cgroups = cgroupsOf(false);
  const pod = podOf('b', burstable);
  await cgroups.limit(pod);
  const during: string[] = [];
  await cgroups.resizing(pod, 'app', { requests: { cpu: '1' }, limits: { cpu: '2', memory: '128Mi' } }, async () => {
    during.push(await read('cpu/vk/burstable/podb/cpu.cfs_quota_us'));
    during.push(await read('memory/vk/burstable/podb/memory.limit_in_bytes'));
  });
  expect(during).toEqual(['-1', '-1']);
  expect(await read('cpu/vk/burstable/podb/cpu.cfs_quota_us')).toBe('200000');
  expect(await read('memory/vk/burstable/podb/memory.limit_in_bytes')).toBe('134217728');
  expect(await read('cpu/vk/burstable/podb/cpu.shares')).toBe('1024');
  expect(await read('cpu/vk/burstable/cpu.shares')).toBe('1024');
});

it('a pod whose container could not be resized is limited as before', async () => {
  const cgroups = cgroupsOf(false);
  const pod = podOf('b', burstable);
  cgroups.noteContainer('b', 'app', burstable);
  await cgroups.limit(pod);
  const more = { limits: { cpu: '2', memory: '128Mi' } };
  const resizing = cgroups.resizing(pod, 'app', more, () => Promise.reject(new Error('no room')));
  await expect(resizing).rejects.toThrow('no room');
  expect(await read('cpu/vk/burstable/podb/cpu.cfs_quota_us')).toBe('100000');
  expect(await read('memory/vk/burstable/podb/memory.limit_in_bytes')).toBe('67108864');
  expect(await read('cpu/vk/burstable/podb/cpu.shares')).toBe('512');
});

it('a pod has what its containers have got, not what they ask for by now', async () => {
  const cgroups = cgroupsOf(true);
  const two = (cpu: string): Pod => ({
    metadata: { name: 'b', uid: 'b' },
    spec: { containers: ['app', 'other'].map((name) => ({ name, resources: { limits: { cpu } } })) },
  });
  for (const name of ['app', 'other']) cgroups.noteContainer('b', name, { limits: { cpu: '2' } });
  await cgroups.resizing(two('1'), 'app', { limits: { cpu: '1' } }, () => Promise.resolve());
  expect(await read('vk/burstable/podb/cpu.max')).toBe('300000 100000');
});

it('a limit of the pod as a whole stays while a container is resized', async () => {
  const cgroups = cgroupsOf(true);
  const pod = podOf('b', { requests: { cpu: '100m' } }, { resources: { limits: { memory: '64Mi' } } });
  await cgroups.limit(pod);
  await cgroups.resizing(pod, 'app', { requests: { cpu: '1' } }, async () => {
    expect(await read('vk/burstable/podb/memory.max')).toBe('67108864');
  });
  expect(await read('vk/burstable/podb/memory.max')).toBe('67108864');
  expect((await cgroups.limit(pod, { limits: { memory: '32Mi' } })).memory).toBe(33_554_432n);
});

it('a cgroup that cannot be set fails pods only that have limits as a whole', async () => {
  const cgroups = cgroupsOf(true);
  await cgroups.limit(podOf('gone', burstable));
  const whole = podOf('gone', burstable, { resources: { limits: { memory: '64Mi' } } });
  await expect(cgroups.limit(whole)).rejects.toThrow('ENOENT');
});

it('all pods together have what is not reserved of the host', async () => {
  const allPods = { shares: 3_584n, memory: 1n << 30n };
  await cgroupsOf(false, 'cgroupfs', allPods).limit(podOf('d'));
  expect(await read('cpu/vk/cpu.shares')).toBe('3584');
  expect(await read('memory/vk/memory.limit_in_bytes')).toBe('1073741824');
  cgroupsOf(true, 'cgroupfs', allPods).hold(podOf('d'));
  expect(await read('vk/cpu.weight')).toBe('137');
  expect(await read('vk/memory.max')).toBe('1073741824');
});

it('nothing is written where systemd has the cgroups', async () => {
  await cgroupsOf(true, 'systemd').limit(podOf('b', burstable));
  await expect(read('vk/burstable/podb/cpu.weight')).rejects.toThrow('ENOENT');
});
