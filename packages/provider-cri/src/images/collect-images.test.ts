import { systemClock } from '@vk/node';
import { silentLogger } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { containerOf, podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { ImageCollector } from './collect-images.ts';

let host: FakeHost;
let now = 0;
let pruned: (readonly (string | number)[])[];
beforeEach(async () => {
  host = await startFakeHost();
  now = 1_000_000;
  pruned = [];
});
afterEach(() => host.close());

/** The fake's images have 1,000 bytes each. */
function collectorAt(usedPercent: () => number): ImageCollector {
  return new ImageCollector({
    client: host.connection.client,
    images: host.connection.images,
    pulls: { prune: (imageRefs, since) => Promise.resolve(void pruned.push([since, ...imageRefs])) },
    clock: { ...systemClock, now: () => now },
    log: silentLogger,
    highThresholdPercent: 85,
    lowThresholdPercent: 80,
    minimumAgeSeconds: 120,
    diskUse: () => Promise.resolve({ capacityBytes: 10_000, availableBytes: 10_000 - usedPercent() * 100 }),
  });
}

const add = (...names: string[]): void => {
  for (const name of names) host.fake.images.set(name, { id: `sha256:${name}`, username: '' });
};

it('nothing is removed while there is room', async () => {
  add('a:1');
  const collector = collectorAt(() => 84);
  await collector.collect(host.call);
  now += 600_000;
  expect(await collector.collect(host.call)).toEqual([]);
});

it('the records of pulls are told which images there are, each time', async () => {
  add('a:1', 'b:1');
  const collector = collectorAt(() => 10);
  await collector.collect(host.call);
  expect(pruned).toEqual([[1_000_000, 'sha256:a:1', 'sha256:b:1']]);
});

it('images are removed until there is room, none that a container uses, and none that is young', async () => {
  const app = { name: 'app', image: 'used:1' };
  const prepared = podOf({ containers: [app] });
  await host.runtime.preparePod(prepared, host.call);
  const { id } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  add('used:1', 'old:1');
  await host.runtime.createContainer(id, containerOf(prepared, app), host.call);
  const collector = collectorAt(() => 90);
  expect(await collector.collect(host.call)).toEqual([]);
  now += 600_000;
  add('young:1');
  expect(await collector.collect(host.call)).toEqual(['sha256:old:1']);
  expect([...host.fake.images.keys()].sort()).toEqual(['used:1', 'young:1']);
});

it('an image that a container has mounted as a volume stays', async () => {
  Object.assign(host.fake.runtime, { name: 'containerd', version: '2.1.0' });
  await host.runtime.status(host.call);
  const app = { name: 'app', image: 'used:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  const prepared = podOf({ containers: [app], volumes: [{ name: 'data', image: { reference: 'data:1' } }] });
  await host.runtime.preparePod(prepared, host.call);
  const { id } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  add('used:1', 'data:1', 'old:1');
  await host.runtime.createContainer(id, containerOf(prepared, app), host.call);
  const collector = collectorAt(() => 90);
  await collector.collect(host.call);
  now += 600_000;
  expect(await collector.collect(host.call)).toEqual(['sha256:old:1']);
  host.fake.clear();
  now += 600_000;
  expect(await collector.collect(host.call)).toHaveLength(1);
});

it('the image of sandboxes stays on a runtime that pins none', async () => {
  host.fake.info['config'] = JSON.stringify({ sandboxImage: 'registry.example/pause:1' });
  add('registry.example/pause:1');
  const collector = collectorAt(() => 90);
  await collector.collect(host.call);
  now += 600_000;
  expect(await collector.collect(host.call)).toEqual([]);
  host.fake.info['config'] = 'not JSON';
  expect(await collector.collect(host.call)).toEqual(['sha256:registry.example/pause:1']);
});

it('no more are removed than it takes', async () => {
  add('a:1', 'b:1', 'c:1');
  const collector = collectorAt(() => 90);
  await collector.collect(host.call);
  now += 600_000;
  expect(await collector.collect(host.call)).toHaveLength(1);
});
