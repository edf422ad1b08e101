import type { PodSpec } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { podOf, sandboxOf } from '../testing/fake-host.ts';
import { sandboxConfig } from './sandbox-config.ts';

const containers = [{ name: 'app', resources: { limits: { cpu: '500m', memory: '32Mi' } } }];

function of(spec: PodSpec, cpuCfsQuota = true) {
  const settings = { cgroup: { parent: '/vk', driver: 'cgroupfs' }, logDirectory: '/logs/pod', cpuCfsQuota } as const;
  return sandboxConfig({ ...sandboxOf(podOf(spec), 2), hostname: 'host' }, settings);
}

it('a sandbox has the name of its pod and which one of its sandboxes it is', () => {
  const config = of({ containers });
  expect(config.metadata).toMatchObject({ name: 'pod', namespace: 'default', attempt: 2 });
  expect(config).toMatchObject({ hostname: 'host', logDirectory: '/logs/pod', dnsConfig: undefined });
  expect(config.linux?.cgroupParent).toBe(`/vk/pod${config.metadata?.uid}`);
});

it('a sandbox resolves names as the pod wants it', () => {
  const dns = { servers: ['10.96.0.10'], searches: ['cluster.local'], options: ['ndots:5'] };
  const settings = { cgroup: { parent: '', driver: 'cgroupfs' }, logDirectory: '/logs', cpuCfsQuota: true } as const;
  expect(sandboxConfig({ ...sandboxOf(podOf({ containers })), dns }, settings).dnsConfig).toEqual(dns);
});

it('sysctls and ports of the host are part of it', () => {
  const sysctls = [{ name: 'net.ipv4.ip_local_port_range', value: '1024 65000' }];
  const ports = [{ containerPort: 80, hostPort: 8080 }];
  const config = of({ containers: [{ name: 'app', ports }], securityContext: { sysctls } });
  expect(config.linux?.sysctls).toEqual({ 'net.ipv4.ip_local_port_range': '1024 65000' });
  expect(config.portMappings).toMatchObject([{ containerPort: 80, hostPort: 8080 }]);
});

it('a sandbox is told what its containers may have together, and CPU limits only where they are enforced', () => {
  expect(of({ containers }).linux?.resources).toMatchObject({ cpuQuota: 50_000n, memoryLimitInBytes: 33_554_432n });
  expect(of({ containers }, false).linux?.resources).toMatchObject({ cpuShares: 512n, cpuQuota: 0n });
});
