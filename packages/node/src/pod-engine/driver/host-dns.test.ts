import { expect, it } from 'vitest';
import type { PodSpec } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import type { DnsConfig } from '../runtime/sandbox.ts';

function podOf(name: string, spec: Partial<PodSpec> = {}): ReturnType<typeof samplePod> {
  const containers = [{ name: 'app', image: 'app:1' }];
  return samplePod({ metadata: { name, namespace: 'default', uid: name }, spec: { containers, ...spec } });
}

function serversOf(world: EngineWorld): (readonly string[] | undefined)[] {
  return [...world.runtime.sandboxConfigs.values()].map(({ dns }) => dns?.servers);
}

it('each sandbox gets what the host resolves names with by then', async () => {
  let server = '192.0.2.1';
  const hostDns = (): DnsConfig => ({ servers: [server], searches: [], options: [] });
  const world = new EngineWorld(undefined, { hostDns });
  await world.create(podOf('first', { dnsPolicy: 'Default' }));
  server = '192.0.2.2';
  await world.create(podOf('second', { dnsPolicy: 'Default' }));
  expect(serversOf(world)).toEqual([['192.0.2.1'], ['192.0.2.2']]);
  await world.close();
});

it('what the host uses cannot be read: an event says so, no sandbox comes without names, and it is tried again', async () => {
  let isThere = false;
  const hostDns = (): Promise<DnsConfig> =>
    isThere
      ? Promise.resolve({ servers: ['192.0.2.1'], searches: [], options: [] })
      : Promise.reject(new Error('open /etc/resolv.conf: permission denied'));
  const world = new EngineWorld(undefined, { hostDns });
  await world.create(podOf('web'));
  expect(world.events).toContain(
    'FailedCreatePodSandBox Failed to create pod sandbox: open /etc/resolv.conf: permission denied',
  );
  expect(world.runtime.sandboxes.size).toBe(0);
  isThere = true;
  await world.advance(10);
  expect(serversOf(world)).toEqual([['10.96.0.10']]);
  await world.close();
});

it('a pod with DNS of its own does not wait for it', async () => {
  const hostDns = (): DnsConfig => {
    throw new Error('open /etc/resolv.conf: permission denied');
  };
  const world = new EngineWorld(undefined, { hostDns });
  await world.create(podOf('web', { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } }));
  expect(serversOf(world)).toEqual([['1.1.1.1']]);
  await world.close();
});
