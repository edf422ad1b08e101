import { describe, expect, it } from 'vitest';
import { manualClock } from '../../control-loop/testing/manual-clock.ts';
import { create, testRegistry } from '../../control-loop/testing/test-registry.ts';
import type { Service, ServiceSpec } from './service-types.ts';

function serviceCreator(): (name: string, spec: ServiceSpec) => ServiceSpec {
  const registry = testRegistry(manualClock());
  return (name, spec) =>
    (create(registry, 'services', { metadata: { name, namespace: 'default' }, spec }) as Service).spec;
}

const ports = [{ port: 80 }];

describe('a Service', () => {
  it('gets an address of its own out of 10.96.0.0/16, after the ones that people choose', () => {
    const service = serviceCreator();
    expect(service('a', { ports }).clusterIP).toBe('10.96.1.0');
    expect(service('b', { ports }).clusterIP).toBe('10.96.1.1');
  });

  it('keeps the address that it asks for, unless another has it or it lies elsewhere', () => {
    const service = serviceCreator();
    expect(service('a', { clusterIP: '10.96.0.10', ports }).clusterIPs).toEqual(['10.96.0.10']);
    expect(() => service('b', { clusterIP: '10.96.0.10', ports })).toThrow('provided IP is already allocated');
    expect(() => service('c', { clusterIP: '10.0.0.1', ports })).toThrow('is not in the valid range');
  });

  it('without an address stays without one', () => {
    expect(serviceCreator()('a', { clusterIP: 'None', selector: { a: 'b' } }).clusterIPs).toEqual(['None']);
  });

  it('on the ports of nodes gets ports that no other has', () => {
    const service = serviceCreator();
    const given = (name: string): number | undefined => service(name, { type: 'NodePort', ports }).ports?.[0]?.nodePort;
    expect([given('a'), given('b')]).toEqual([30_000, 30_001]);
  });
});
