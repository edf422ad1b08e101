import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, type Provider } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCriNode } from './cri-node.ts';
import { contextOf, podOf, sandboxOf, startFakeHost, type FakeHost } from './testing/fake-host.ts';

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

it('a pod whose stamp is damaged is told of by its sandbox', async () => {
  const { runtime, call, directory } = host;
  const prepared = podOf({ containers: [{ name: 'app', image: 'app:1' }] });
  const { uid } = prepared.ownership;
  await runtime.preparePod(prepared, call);
  await runtime.runPodSandbox(sandboxOf(prepared), call);
  await writeFile(join(directory, 'root', 'node-a', 'pods', uid, 'owner.json'), '{"clusterId":"clu');
  expect((await node.getPods(call)).map(({ ownership }) => ownership)).toEqual([prepared.ownership]);
  expect(warnings).toEqual(['Whose the files of a pod are cannot be told']);
});

it('while the runtime is away it tells of its conditions all the same, and of the images that it had', async () => {
  const before = await shape();
  await host.fake.stop();
  const told = await shape();
  expect(told?.images).toEqual(before?.images);
  expect(told?.conditions).toHaveLength(3);
  expect(warnings).toEqual(['The runtime does not say what images it has: the node tells of those that it had']);
});
