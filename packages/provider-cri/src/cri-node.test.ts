import { silentLogger, type Provider } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCriNode } from './cri-node.ts';
import { contextOf, startFakeHost, type FakeHost } from './testing/fake-host.ts';

let host: FakeHost;
let node: Provider;
let warnings: string[];
beforeEach(async () => {
  host = await startFakeHost();
  host.fake.images.set('app:1', { id: 'sha256:1', username: '' });
  warnings = [];
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  node = await createCriNode({ ...contextOf(host.config), clock: new FakeClock(), log }, host.connection);
});
afterEach(async () => {
  await node.close?.();
  await host.close();
});

const shape = () => node.configureNode?.({ name: 'node-a' }, host.call);

it('a node tells of its images, its conditions and what its runtime is', async () => {
  const told = await shape();
  expect(told?.images).toEqual([{ names: ['app:1'], sizeBytes: 1_000 }]);
  expect(told?.conditions?.map(({ type }) => type)).toEqual(['MemoryPressure', 'DiskPressure', 'PIDPressure']);
  expect(told?.nodeInfo?.containerRuntimeVersion).toBe('fake://1.2.3');
});

it('while the runtime is away it tells of its conditions all the same, and of the images that it had', async () => {
  const before = await shape();
  await host.fake.stop();
  const told = await shape();
  expect(told?.images).toEqual(before?.images);
  expect(told?.conditions).toHaveLength(3);
  expect(warnings).toEqual(['The runtime does not say what images it has: the node tells of those that it had']);
});
