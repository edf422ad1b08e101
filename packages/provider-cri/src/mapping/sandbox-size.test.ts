import type { Container, PodSpec } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { sandboxOverhead, sandboxSize } from './sandbox-size.ts';

const mebibyte = 1024n * 1024n;
const enforced = { cpuCfsQuota: true };
const of = (spec: PodSpec) => sandboxSize({ spec }, enforced);

function container(name: string, cpu: string, memory: string, rest: Partial<Container> = {}): Container {
  return { name, resources: { requests: { cpu }, limits: { cpu, memory } }, ...rest };
}

it('a sandbox is as large as its containers are together, those too that run before the others', () => {
  const sidecar = container('sidecar', '250m', '16Mi', { restartPolicy: 'Always' });
  const initContainers = [sidecar, container('init', '1', '128Mi')];
  expect(of({ initContainers, containers: [container('app', '500m', '32Mi')] })).toMatchObject({
    cpuShares: 1280n,
    cpuPeriod: 100_000n,
    cpuQuota: 125_000n,
    memoryLimitInBytes: 144n * mebibyte,
  });
});

it('containers without limits add nothing, as with a kubelet, and a request is the weight', () => {
  const other = { name: 'other', resources: { requests: { cpu: '1' } } };
  expect(of({ containers: [container('app', '500m', '32Mi'), other] })).toMatchObject({
    cpuShares: 1536n,
    cpuQuota: 50_000n,
    memoryLimitInBytes: 32n * mebibyte,
  });
  expect(of({ containers: [{ name: 'app' }] })).toMatchObject({ cpuShares: 2n, cpuQuota: 0n, memoryLimitInBytes: 0n });
});

it('what the pod as a whole is given goes before', () => {
  const resources = { requests: { cpu: '250m' }, limits: { cpu: '1', memory: '64Mi' } };
  expect(of({ resources, containers: [container('app', '500m', '32Mi')] })).toMatchObject({
    cpuShares: 256n,
    cpuQuota: 100_000n,
    memoryLimitInBytes: 64n * mebibyte,
  });
});

it('the smallest limit is what the kernel takes, and there is none where CPU limits are not enforced', () => {
  const spec = { containers: [container('app', '1m', '32Mi')] };
  expect(of(spec).cpuQuota).toBe(1_000n);
  expect(sandboxSize({ spec }, { cpuCfsQuota: false })).toMatchObject({ cpuPeriod: 0n, cpuQuota: 0n });
});

it('the overhead of the runtime class is told apart', () => {
  const spec = { overhead: { cpu: '250m', memory: '16Mi' }, containers: [container('app', '500m', '32Mi')] };
  expect(of(spec)).toMatchObject({ cpuShares: 512n, memoryLimitInBytes: 32n * mebibyte });
  expect(sandboxOverhead({ spec }, enforced)).toMatchObject({
    cpuShares: 256n,
    cpuQuota: 25_000n,
    memoryLimitInBytes: 16n * mebibyte,
  });
  expect(sandboxOverhead({ spec: { containers: [] } }, enforced)).toMatchObject({ cpuShares: 0n });
});
