import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, type PreparedPod } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostPaths } from '../host/host-paths.ts';
import { PodFiles } from '../host/pod-files.ts';
import { podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { ForgottenPods } from './forgotten-pods.ts';

const spec = { containers: [{ name: 'app', image: 'app:1' }] };

let host: FakeHost;
let prepared: PreparedPod;
let forgotten: ForgottenPods;
beforeEach(async () => {
  host = await startFakeHost();
  prepared = podOf(spec);
  await host.runtime.preparePod(prepared, host.call);
  await writeFile(join(pods(), prepared.ownership.uid, 'owner.json'), '{"clusterId":"clu');
  forgotten = await ofAnotherProcess();
});
afterEach(() => host.close());

const pods = (): string => join(host.directory, 'root', 'node-a', 'pods');
const logs = (): string => join(host.directory, 'logs');

async function ofAnotherProcess(): Promise<ForgottenPods> {
  const paths = hostPaths(join(host.directory, 'root', 'node-a'), logs());
  const files = new PodFiles(paths, silentLogger);
  const { client } = host.connection;
  return new ForgottenPods({ client, files, paths, log: silentLogger }, await host.anotherProcess());
}

it('what is left of a pod with a damaged stamp goes, with its logs, when it is seen for the second time', async () => {
  expect(await forgotten.remove(host.call)).toEqual([]);
  expect(await readdir(pods())).toEqual([prepared.ownership.uid]);
  expect(await forgotten.remove(host.call)).toEqual([prepared.ownership.uid]);
  expect([await readdir(pods()), await readdir(logs())]).toEqual([[], []]);
});

it('a directory that lost its process before it was stamped goes as well', async () => {
  await mkdir(join(pods(), 'u-1'));
  await forgotten.remove(host.call);
  expect(await forgotten.remove(host.call)).toContain('u-1');
});

it('nothing goes while the runtime has a sandbox of the pod, whoever made it', async () => {
  await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  for (const sandbox of host.fake.sandboxes.values()) {
    const { config } = sandbox;
    const labels = { 'io.kubernetes.pod.uid': prepared.ownership.uid };
    host.fake.sandboxes.set(sandbox.id, { ...sandbox, config: { ...config, labels } });
  }
  await forgotten.remove(host.call);
  expect(await forgotten.remove(host.call)).toEqual([]);
  expect(await readdir(pods())).toEqual([prepared.ownership.uid]);
});

it('nothing goes while the runtime cannot be asked', async () => {
  await forgotten.remove(host.call);
  await host.fake.stop();
  expect(await forgotten.remove(host.call)).toEqual([]);
  expect(await readdir(pods())).toEqual([prepared.ownership.uid]);
});

it('a pod that was taken over meanwhile is stamped anew, and stays', async () => {
  await forgotten.remove(host.call);
  const adopting = await host.anotherProcess();
  await adopting.preparePod(prepared, host.call);
  expect(await forgotten.remove(host.call)).toEqual([]);
  expect(await adopting.listPodData({})).toHaveLength(1);
});
