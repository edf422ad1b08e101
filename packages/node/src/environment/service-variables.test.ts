import { describe, expect, it } from 'vitest';
import type { PlainVariable } from '../provider/environment.ts';
import { summarizeService, type ServiceSummary } from '../resources/service-summary.ts';
import { serviceVariables } from './service-variables.ts';

const kubernetes: ServiceSummary = {
  namespace: 'default',
  name: 'kubernetes',
  clusterIP: '10.96.0.1',
  ports: [{ name: 'https', port: 443, protocol: 'TCP' }],
};
const database: ServiceSummary = {
  namespace: 'shop',
  name: 'my-db',
  clusterIP: '10.96.0.7',
  ports: [
    { port: 5432, protocol: 'TCP' },
    { name: 'stats-udp', port: 9000, protocol: 'UDP' },
  ],
};

function textsOf(variables: ReadonlyMap<string, PlainVariable>): [string, string][] {
  return Array.from(variables, ([name, { value }]) => [name, value]);
}

describe('service variables', () => {
  it('tell of the host, the first port, named ports and the links, ordered by the name of the service', () => {
    const variables = serviceVariables([database, kubernetes], { namespace: 'shop', links: true });
    expect(textsOf(variables)).toEqual([
      ['KUBERNETES_SERVICE_HOST', '10.96.0.1'],
      ['KUBERNETES_SERVICE_PORT', '443'],
      ['KUBERNETES_SERVICE_PORT_HTTPS', '443'],
      ['KUBERNETES_PORT', 'tcp://10.96.0.1:443'],
      ['KUBERNETES_PORT_443_TCP', 'tcp://10.96.0.1:443'],
      ['KUBERNETES_PORT_443_TCP_PROTO', 'tcp'],
      ['KUBERNETES_PORT_443_TCP_PORT', '443'],
      ['KUBERNETES_PORT_443_TCP_ADDR', '10.96.0.1'],
      ['MY_DB_SERVICE_HOST', '10.96.0.7'],
      ['MY_DB_SERVICE_PORT', '5432'],
      ['MY_DB_SERVICE_PORT_STATS_UDP', '9000'],
      ['MY_DB_PORT', 'tcp://10.96.0.7:5432'],
      ['MY_DB_PORT_5432_TCP', 'tcp://10.96.0.7:5432'],
      ['MY_DB_PORT_5432_TCP_PROTO', 'tcp'],
      ['MY_DB_PORT_5432_TCP_PORT', '5432'],
      ['MY_DB_PORT_5432_TCP_ADDR', '10.96.0.7'],
      ['MY_DB_PORT_9000_UDP', 'udp://10.96.0.7:9000'],
      ['MY_DB_PORT_9000_UDP_PROTO', 'udp'],
      ['MY_DB_PORT_9000_UDP_PORT', '9000'],
      ['MY_DB_PORT_9000_UDP_ADDR', '10.96.0.7'],
    ]);
  });

  it('put an IPv6 address in brackets in URLs and nowhere else', () => {
    const service = { ...kubernetes, clusterIP: 'fd00::1' };
    const variables = serviceVariables([service], { namespace: 'shop', links: true });
    expect(variables.get('KUBERNETES_PORT')?.value).toBe('tcp://[fd00::1]:443');
    expect(variables.get('KUBERNETES_SERVICE_HOST')?.value).toBe('fd00::1');
    expect(variables.get('KUBERNETES_PORT_443_TCP_ADDR')?.value).toBe('fd00::1');
  });

  it('are of default/kubernetes alone without links', () => {
    const variables = serviceVariables([database, kubernetes], { namespace: 'shop', links: false });
    expect([...variables.keys()].every((name) => name.startsWith('KUBERNETES_'))).toBe(true);
    expect(variables.size).toBe(8);
  });

  it('leave out services of other namespaces', () => {
    expect(serviceVariables([database], { namespace: 'elsewhere', links: true }).size).toBe(0);
  });

  it("take a service named kubernetes of the pod's own namespace before that of default", () => {
    const own = { ...kubernetes, namespace: 'shop', clusterIP: '10.9.9.9' };
    for (const services of [
      [own, kubernetes],
      [kubernetes, own],
    ])
      expect(serviceVariables(services, { namespace: 'shop', links: true }).get('KUBERNETES_SERVICE_HOST')?.value).toBe(
        '10.9.9.9',
      );
  });

  it('of a service without ports are its host alone', () => {
    const bare = { namespace: 'shop', name: 'bare', clusterIP: '10.1.1.1', ports: [] };
    expect(textsOf(serviceVariables([bare], { namespace: 'shop', links: true }))).toEqual([
      ['BARE_SERVICE_HOST', '10.1.1.1'],
    ]);
  });

  it.each(['None', '', undefined])('are absent for a service with the address %j', (clusterIP) => {
    const service = summarizeService({
      metadata: { name: 'x', namespace: 'shop' },
      spec: { clusterIP, ports: [{ port: 1 }] },
    });
    expect(serviceVariables([service], { namespace: 'shop', links: true }).size).toBe(0);
  });

  it('take TCP for a port without a protocol', () => {
    const service = summarizeService({
      metadata: { name: 'x', namespace: 'shop' },
      spec: { clusterIP: '10.1.1.1', ports: [{ port: 1 }] },
    });
    expect(serviceVariables([service], { namespace: 'shop', links: true }).get('X_PORT')?.value).toBe(
      'tcp://10.1.1.1:1',
    );
  });

  it('are the same objects for every pod, which nobody can change', () => {
    const [first] = serviceVariables([kubernetes], { namespace: 'shop', links: true }).values();
    const [second] = serviceVariables([kubernetes], { namespace: 'other', links: false }).values();
    expect(second).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });
});
