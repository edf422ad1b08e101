import type { Container, PodSpec } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { podCgroupLimits } from './pod-cgroup-limits.ts';

const enforced = { cpuCfsQuota: true, hugePageSizes: ['2MB', '1GB'] };
const of = (spec: PodSpec) => podCgroupLimits({ spec }, enforced);
const mebibyte = 1024n * 1024n;

function asking(name: string, cpu: string, limits: Readonly<Record<string, string>> = {}): Container {
  return { name, resources: { requests: { cpu }, limits } };
}

it('a pod weighs as much as its containers ask for together', () => {
  expect(of({ containers: [asking('a', '250m'), asking('b', '250m')] }).shares).toBe(512n);
});

it('sidecars are added, and an init container counts with the sidecars before it where that is more', () => {
  const sidecar: Container = { ...asking('sidecar', '250m'), restartPolicy: 'Always' };
  const containers = [asking('app', '250m')];
  expect(of({ initContainers: [asking('init', '100m'), sidecar], containers }).shares).toBe(512n);
  expect(of({ initContainers: [sidecar, asking('init', '750m')], containers }).shares).toBe(1024n);
  expect(of({ initContainers: [asking('init', '750m'), sidecar], containers }).shares).toBe(768n);
});

it('a pod that asks for nothing weighs least and is not limited', () => {
  expect(of({ containers: [{ name: 'app' }] })).toMatchObject({ shares: 2n, quota: 0n, memory: 0n });
});

it('a pod is limited to what its containers are together, as far as each of them is', () => {
  const a = asking('a', '100m', { cpu: '200m', memory: '32Mi' });
  expect(of({ containers: [a, asking('b', '100m', { cpu: '300m', memory: '32Mi' })] })).toMatchObject({
    shares: 204n,
    quota: 50_000n,
    memory: 64n * mebibyte,
  });
  expect(of({ containers: [a, asking('b', '100m', { cpu: '300m' })] })).toMatchObject({ quota: 50_000n, memory: 0n });
  expect(of({ initContainers: [asking('init', '1m')], containers: [a] })).toMatchObject({ quota: 0n, memory: 0n });
});

it('a limit is the request where there is none', () => {
  expect(of({ containers: [{ name: 'app', resources: { limits: { cpu: '1' } } }] }).shares).toBe(1024n);
});

it('what the pod as a whole is given goes before', () => {
  const resources = { requests: { cpu: '250m' }, limits: { cpu: '500m', memory: '64Mi' } };
  const wanted = { shares: 256n, quota: 50_000n, memory: 64n * mebibyte };
  expect(of({ resources, containers: [asking('app', '100m', { memory: '32Mi' })] })).toMatchObject(wanted);
});

it('the overhead of the runtime class is added to requests and to limits', () => {
  const overhead = { cpu: '250m', memory: '16Mi' };
  expect(of({ overhead, containers: [asking('app', '250m', { memory: '16Mi' })] })).toMatchObject({
    shares: 512n,
    quota: 0n,
    memory: 32n * mebibyte,
  });
});

it('CPU limits that the configuration does not enforce are none', () => {
  const spec = { containers: [asking('app', '100m', { cpu: '100m', memory: '32Mi' })] };
  expect(podCgroupLimits({ spec }, { ...enforced, cpuCfsQuota: false })).toMatchObject({
    quota: 0n,
    memory: 32n * mebibyte,
  });
});

it('huge pages of a pod are those of its containers together, or its own, and of other sizes none', () => {
  const containers = [asking('a', '1m', { 'hugepages-2Mi': '4Mi' }), asking('b', '1m', { 'hugepages-2Mi': '2Mi' })];
  const none = { pageSize: '1GB', limit: 0n };
  expect(of({ containers }).hugePages).toEqual([{ pageSize: '2MB', limit: 6n * mebibyte }, none]);
  const resources = { limits: { 'hugepages-2Mi': '8Mi' } };
  expect(of({ containers, resources }).hugePages).toEqual([{ pageSize: '2MB', limit: 8n * mebibyte }, none]);
});
