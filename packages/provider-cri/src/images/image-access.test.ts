import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { podRefOf, silentLogger, type ImageCredentials, type PodStatus, type Provider } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CriConfig } from '../config.ts';
import { CriConnection } from '../cri-connection.ts';
import { createCriNode } from '../cri-node.ts';
import { contextOf, podOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';

const image = 'private.example/app:1';
const right: ImageCredentials = {
  registry: 'private.example',
  username: 'right',
  password: 'p',
  secret: { namespace: 'default', name: 'pull', uid: 'pull-uid' },
};

let host: FakeHost;
let ends: (() => Promise<unknown>)[];
beforeEach(async () => {
  host = await startFakeHost();
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
  await host.close();
});

/** A node in a process of its own, whose pods have these credentials. */
async function startNode(
  credentials: () => readonly ImageCredentials[],
  change: Partial<CriConfig> = {},
): Promise<Provider & { stop(): Promise<void> }> {
  const config = { ...host.config, ...change };
  const connection = new CriConnection(config, silentLogger);
  const context = { ...contextOf(config), getImageCredentials: () => Promise.resolve(credentials()) };
  const node = await createCriNode(context, connection);
  const stop = async (): Promise<void> => {
    await node.close?.();
    await connection.close();
  };
  ends.push(stop);
  return { ...node, stop };
}

/** Runs a pod until its container runs or cannot have its image. */
async function run(node: Provider, imagePullPolicy: string, name: string): Promise<string | undefined> {
  const prepared = podOf({ containers: [{ name: 'app', image, imagePullPolicy }] }, name);
  const { uid } = podRefOf(prepared.pod);
  const done = new AbortController();
  const settled = Promise.withResolvers<string>();
  const outcome = ({ containerStatuses = [] }: PodStatus): string | undefined => {
    const { running, waiting } = containerStatuses[0]?.state ?? {};
    if (running !== undefined) return 'running';
    return waiting?.reason?.startsWith('Err') === true ? waiting.reason : undefined;
  };
  const listening = node.notifyPods?.(
    (pod) => {
      const found = 'gone' in pod || pod.ref.uid !== uid ? undefined : outcome(pod.status ?? {});
      if (found !== undefined) settled.resolve(found);
    },
    { signal: done.signal, log: silentLogger },
  );
  await node.createPod(prepared, host.call);
  const result = await settled.promise;
  done.abort();
  await listening;
  return result;
}

it('an image that was pulled with a Secret is not for pods without it, in the next process neither', async () => {
  let own: readonly ImageCredentials[] = [right];
  const first = await startNode(() => own);
  expect(await run(first, 'IfNotPresent', 'owner')).toBe('running');
  own = [];
  expect(await run(first, 'IfNotPresent', 'other')).toBe('ErrImagePull');
  await first.stop();
  const second = await startNode(() => own);
  expect(await run(second, 'Never', 'late')).toBe('ErrImageNeverPull');
  own = [right];
  expect(await run(second, 'Never', 'owner-again')).toBe('running');
  expect(host.fake.pulls.map(({ username }) => username)).toEqual(['right', '']);
  expect(await readdir(join(host.config.root, 'image_manager', 'pulled'))).toHaveLength(1);
});

it('an image that was there before is for every pod, unless all are verified', async () => {
  host.fake.images.set(image, { id: 'sha256:app', username: '' });
  const node = await startNode(() => []);
  expect(await run(node, 'Never', 'a')).toBe('running');
  await node.stop();
  const strict = await startNode(() => [], { imagePullCredentialsVerificationPolicy: 'AlwaysVerify' });
  expect(await run(strict, 'Never', 'b')).toBe('ErrImageNeverPull');
});
