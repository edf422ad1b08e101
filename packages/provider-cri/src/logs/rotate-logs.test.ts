import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, type PreparedPod } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostPaths } from '../host/host-paths.ts';
import { RuntimeListing } from '../runtime/runtime-listing.ts';
import { containerOf, podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { rotateLogs, type LogRotationOptions } from './rotate-logs.ts';

const apps = [{ name: 'one' }, { name: 'two' }];
const limits = { maxBytes: 5, maxFiles: 3 };

let host: FakeHost;
let clock: FakeClock;
let prepared: PreparedPod;
let warnings: string[];
let options: LogRotationOptions;
beforeEach(async () => {
  host = await startFakeHost();
  clock = new FakeClock();
  warnings = [];
  const { client } = host.connection;
  options = {
    client,
    listing: new RuntimeListing(client, { clusterId: 'cluster', nodeName: 'node-a' }),
    paths: hostPaths(join(host.directory, 'root'), join(host.directory, 'logs')),
    clock,
    log: { ...silentLogger, warn: (message, fields) => warnings.push(`${message}: ${String(fields?.['container'])}`) },
    limits,
  };
  prepared = podOf({ containers: apps });
  await host.runtime.preparePod(prepared, host.call);
  const { id } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  for (const app of apps) {
    const container = await host.runtime.createContainer(id, containerOf(prepared, app), host.call);
    await host.runtime.startContainer(container, host.call);
    await writeFile(options.paths.logFile(prepared.ownership, app.name, 0), 'grown too large');
  }
});
afterEach(() => host.close());

const filesOf = async (container: string): Promise<string[]> =>
  (await readdir(options.paths.containerLogs(prepared.ownership, container))).sort();

it('the logs of running containers are rotated', async () => {
  await rotateLogs(options, host.call);
  expect(await filesOf('one')).toEqual(['0.log', '0.log.20260101-000000']);
  expect(await filesOf('two')).toEqual(['0.log', '0.log.20260101-000000']);
});

it('a running container without a log is given one by the runtime, and one that has ended is not', async () => {
  for (const { name } of apps) await rm(options.paths.logFile(prepared.ownership, name, 0));
  const [, ended] = host.fake.containers.values();
  if (ended === undefined) throw new Error('there is no second container');
  host.fake.exit(ended, 0);
  await rotateLogs(options, host.call);
  expect(await filesOf('one')).toEqual(['0.log']);
  expect(await filesOf('two')).toEqual([]);
});

it('a container whose log is never opened anew holds up the others for ten seconds, and keeps its log', async () => {
  host.fake.hanging.add('ReopenContainerLog');
  const rotating = rotateLogs(options, host.call);
  await expect.poll(() => host.fake.calls).toContain('ReopenContainerLog');
  host.fake.hanging.clear();
  await clock.advance(10_000);
  await rotating;
  expect(await filesOf('one')).toEqual(['0.log']);
  expect(await filesOf('two')).toEqual(['0.log', '0.log.20260101-000010']);
  expect(warnings).toEqual(['A log could not be rotated: one']);
});

it('a listing that hangs is given up after ten seconds', async () => {
  host.fake.hanging.add('ListContainers');
  const rotating = rotateLogs(options, host.call);
  await expect.poll(() => host.fake.calls.filter((name) => name === 'ListContainers')).not.toEqual([]);
  await Promise.all([expect(rotating).rejects.toThrow('no answer within 10 s'), clock.advance(10_000)]);
});
