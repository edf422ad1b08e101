import { describe, expect, it } from 'vitest';
import type { Container } from '@vk/node/provider';
import { linuxResources, type ResourceSettings } from './linux-resources.ts';

const settings: ResourceSettings = {
  cpuCfsQuota: true,
  memoryBytes: 10_000n * 1024n * 1024n,
  hugePageSizes: ['2MB', '1GB'],
  unifiedCgroups: false,
  swapController: false,
  allPods: {},
};

const resourcesOf = (resources: Container['resources'], rest: Partial<ResourceSettings> = {}) => {
  const container = { name: 'app', ...(resources !== undefined && { resources }) };
  return linuxResources({ spec: { containers: [container] } }, container, resources ?? {}, { ...settings, ...rest });
};

describe('the limits of a container', () => {
  it('requests are shares, limits are quota and memory', () => {
    expect(
      resourcesOf({ requests: { cpu: '250m', memory: '1000Mi' }, limits: { cpu: '1500m', memory: '64Mi' } }),
    ).toMatchObject({
      cpuShares: 256n,
      cpuPeriod: 100_000n,
      cpuQuota: 150_000n,
      memoryLimitInBytes: 67_108_864n,
    });
  });

  it('without a request the limit is the request', () => {
    expect(resourcesOf({ limits: { cpu: '2' } }).cpuShares).toBe(2048n);
  });

  it('without anything there is the least of shares and no limit', () => {
    expect(resourcesOf(undefined)).toMatchObject({ cpuShares: 2n, cpuQuota: 0n, memoryLimitInBytes: 0n });
  });

  it('a very small limit is what the kernel takes', () => {
    expect(resourcesOf({ limits: { cpu: '1m' } }).cpuQuota).toBe(1_000n);
  });

  it('CPU limits are left out where they are not enforced', () => {
    expect(resourcesOf({ limits: { cpu: '1' } }, { cpuCfsQuota: false })).toMatchObject({
      cpuQuota: 0n,
      cpuPeriod: 0n,
    });
  });

  it('huge pages that are not asked for are limited to none', () => {
    expect(resourcesOf({ limits: { 'hugepages-2Mi': '4Mi' } }).hugepageLimits).toEqual([
      { pageSize: '2MB', limit: 4_194_304n },
      { pageSize: '1GB', limit: 0n },
    ]);
  });

  it('swap is not for containers, where the kernel can limit it', () => {
    const limits = { memory: '64Mi' };
    expect(resourcesOf({ limits }, { swapController: true }).memorySwapLimitInBytes).toBe(67_108_864n);
    expect(resourcesOf({ limits }).memorySwapLimitInBytes).toBe(0n);
    const unified = resourcesOf({ limits }, { unifiedCgroups: true, swapController: true });
    expect(unified.unified).toEqual({ 'memory.oom.group': '1', 'memory.swap.max': '0' });
    expect(unified.memorySwapLimitInBytes).toBe(0n);
  });

  it('all processes of a container are out of memory together, where the kernel can', () => {
    expect(resourcesOf({}, { unifiedCgroups: true }).unified).toEqual({ 'memory.oom.group': '1' });
  });
});

describe('who is ended first when the host is out of memory', () => {
  it('a container of a pod without requests', () => {
    expect(resourcesOf(undefined).oomScoreAdj).toBe(1000n);
  });

  it('the more a burstable one asks for, the later', () => {
    expect(resourcesOf({ requests: { memory: '1000Mi' } }).oomScoreAdj).toBe(900n);
    expect(resourcesOf({ requests: { memory: '9999Mi' } }).oomScoreAdj).toBe(3n);
    expect(resourcesOf({ requests: { cpu: '1' } }).oomScoreAdj).toBe(999n);
  });

  it('a guaranteed one last', () => {
    expect(resourcesOf({ limits: { cpu: '1', memory: '1Gi' } }).oomScoreAdj).toBe(-997n);
  });

  it('a sidecar not before the containers that it serves', () => {
    const sidecar: Container = { name: 'sidecar', restartPolicy: 'Always' };
    const app: Container = { name: 'app', resources: { requests: { memory: '1000Mi' } } };
    const pod = { spec: { initContainers: [sidecar], containers: [app] } };
    expect(linuxResources(pod, sidecar, {}, settings).oomScoreAdj).toBe(900n);
  });
});

it('what a pod as a whole asks for beside its containers counts for each of them alike', () => {
  const app: Container = { name: 'app', resources: { requests: { memory: '1000Mi' } } };
  const other: Container = { name: 'other' };
  const pod = { spec: { containers: [app, other], resources: { requests: { memory: '2000Mi' } } } };
  expect(linuxResources(pod, app, app.resources ?? {}, settings).oomScoreAdj).toBe(850n);
  expect(linuxResources(pod, other, {}, settings).oomScoreAdj).toBe(950n);
  const sidecar: Container = { name: 'sidecar', restartPolicy: 'Always' };
  const whole = { spec: { ...pod.spec, containers: [app], initContainers: [sidecar] } };
  expect(linuxResources(whole, sidecar, {}, settings).oomScoreAdj).toBe(850n);
});
