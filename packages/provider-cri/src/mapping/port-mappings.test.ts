import type { Container, PodSpec } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { Protocol } from '../generated/api.ts';
import { portMappings } from './port-mappings.ts';

const of = (spec: PodSpec) => portMappings({ spec });
const withPort = (name: string, port: NonNullable<Container['ports']>[number]): Container => ({ name, ports: [port] });

it('ports of the host are mapped, by their protocols, and others are not', () => {
  const ports = [
    { containerPort: 80, hostPort: 8080 },
    { containerPort: 53, hostPort: 5353, hostIP: '192.0.2.1', protocol: 'UDP' },
    { containerPort: 9, hostPort: 9, protocol: 'SCTP' },
    { containerPort: 81 },
    { containerPort: 82, hostPort: 0 },
  ];
  expect(of({ containers: [{ name: 'app', ports }] })).toEqual([
    { containerPort: 80, hostPort: 8080, hostIp: '', protocol: Protocol.TCP },
    { containerPort: 53, hostPort: 5353, hostIp: '192.0.2.1', protocol: Protocol.UDP },
    { containerPort: 9, hostPort: 9, hostIp: '', protocol: Protocol.SCTP },
  ]);
});

it('those of sidecars are mapped too, and not those of init containers that end', () => {
  const sidecar: Container = {
    ...withPort('sidecar', { containerPort: 1, hostPort: 1001 }),
    restartPolicy: 'Always',
  };
  const init = withPort('init', { containerPort: 2, hostPort: 1002 });
  const app = withPort('app', { containerPort: 3, hostPort: 1003 });
  const mapped = of({ initContainers: [sidecar, init], containers: [app] });
  expect(mapped.map(({ hostPort }) => hostPort)).toEqual([1001, 1003]);
});

it('a pod in the network of the host has none', () => {
  const app = withPort('app', { containerPort: 80, hostPort: 80 });
  expect(of({ hostNetwork: true, containers: [app] })).toEqual([]);
});
