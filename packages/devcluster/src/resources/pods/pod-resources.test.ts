import { describe, expect, it } from 'vitest';
import { podRequests } from './pod-resources.ts';
import type { Container, Pod, PodSpec } from './pod-types.ts';
import { qualityOfService } from './quality-of-service.ts';

const metadata = { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };

function pod(spec: PodSpec): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

function needing(name: string, cpu: string, more: Partial<Container> = {}): Container {
  return { name, resources: { requests: { cpu } }, ...more };
}

function cpuOf(spec: PodSpec): number {
  return Number(podRequests(pod(spec)).get('cpu') ?? 0n) / 1e9;
}

describe('what a pod takes of a node', () => {
  it('is the sum of its containers and its overhead', () => {
    expect(cpuOf({ containers: [needing('a', '1'), needing('b', '500m')], overhead: { cpu: '250m' } })).toBe(1.75);
  });

  it('is the neediest init container when that needs more than all containers', () => {
    expect(cpuOf({ containers: [needing('a', '1')], initContainers: [needing('i', '3'), needing('j', '2')] })).toBe(3);
    expect(cpuOf({ containers: [needing('a', '4')], initContainers: [needing('i', '3')] })).toBe(4);
  });

  it('counts a sidecar beside the containers, and beside the init containers that start after it', () => {
    const sidecar = needing('s', '1', { restartPolicy: 'Always' });
    expect(cpuOf({ containers: [needing('a', '1')], initContainers: [sidecar] })).toBe(2);
    expect(cpuOf({ containers: [needing('a', '1')], initContainers: [sidecar, needing('i', '3')] })).toBe(4);
    expect(cpuOf({ containers: [needing('a', '1')], initContainers: [needing('i', '3'), sidecar] })).toBe(3);
  });

  it('is what the pod asks for as a whole, where it does', () => {
    expect(cpuOf({ containers: [needing('a', '1')], resources: { requests: { cpu: '5' } } })).toBe(5);
  });
});

describe('the quality of service of a pod', () => {
  const both = { cpu: '1', memory: '1Gi' };

  it('is BestEffort when it asks for nothing', () => {
    expect(qualityOfService(pod({ containers: [{ name: 'a' }] }))).toBe('BestEffort');
    expect(qualityOfService(pod({ containers: [{ name: 'a', resources: { requests: { cpu: '0' } } }] }))).toBe(
      'BestEffort',
    );
  });

  it('is Guaranteed when every container is limited in both and requests as much', () => {
    const container = { name: 'a', resources: { requests: { cpu: '1000m', memory: '1Gi' }, limits: both } };
    expect(qualityOfService(pod({ containers: [container] }))).toBe('Guaranteed');
  });

  it('is Burstable in between', () => {
    const limited = { name: 'a', resources: { requests: both, limits: both } };
    expect(qualityOfService(pod({ containers: [limited, { name: 'b' }] }))).toBe('Burstable');
    const less = { name: 'a', resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: both } };
    expect(qualityOfService(pod({ containers: [less] }))).toBe('Burstable');
  });
});
