import { expect, test } from 'vitest';
import { manualClock } from '../control-loop/testing/manual-clock.ts';
import { create, testRegistry } from '../control-loop/testing/test-registry.ts';
import { hostAndPort, type KubeletLocation, locateKubelet } from './kubelet-location.ts';

function locate(status: object): KubeletLocation {
  const registry = testRegistry(manualClock());
  create(registry, 'nodes', { metadata: { name: 'node' }, status });
  return locateKubelet(registry, 'node', 'nodes');
}

test('The internal address of a node is preferred, then the external one, then its name', () => {
  const name = { type: 'Hostname', address: 'node.invalid' };
  const external = { type: 'ExternalIP', address: '198.51.100.1' };
  const internal = { type: 'InternalIP', address: '10.0.0.1' };
  expect(locate({ addresses: [name, external, internal] }).host).toBe('10.0.0.1');
  expect(locate({ addresses: [name, external] }).host).toBe('198.51.100.1');
  expect(locate({ addresses: [name] }).host).toBe('node.invalid');
});

test('The port is what the node says, or the well-known one of kubelets where it says none', () => {
  const addresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
  expect(locate({ addresses, daemonEndpoints: { kubeletEndpoint: { Port: 4321 } } }).port).toBe(4321);
  expect(locate({ addresses, daemonEndpoints: { kubeletEndpoint: { Port: 0 } } }).port).toBe(10_250);
  expect(locate({ addresses }).port).toBe(10_250);
});

test('A node without an address that is looked for is an error that names those it has', () => {
  const addresses = [{ type: 'InternalDNS', address: 'node.internal' }];
  expect(() => locate({ addresses })).toThrow(
    'no preferred addresses found; known addresses: [{InternalDNS node.internal}]',
  );
  expect(() => locate({})).toThrow('no preferred addresses found; known addresses: []');
});

test.each(['nodes', 'pods'] as const)(
  'A node that does not exist is 404, by the name of the %s asked for',
  (plural) => {
    const registry = testRegistry(manualClock());
    expect(() => locateKubelet(registry, 'gone', plural)).toThrow(
      expect.objectContaining({ code: 404, message: `${plural} "gone" not found` }),
    );
  },
);

test('An IPv6 address stands in brackets before its port', () => {
  expect(hostAndPort({ host: '::1', port: 10_250 })).toBe('[::1]:10250');
  expect(hostAndPort({ host: '127.0.0.1', port: '80' })).toBe('127.0.0.1:80');
});
