import { silentLogger } from '@vk/node/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CriConfig } from '../config.ts';
import { podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { RuntimeCgroups } from './runtime-cgroups.ts';

const containers = [{ name: 'app', image: 'app:1' }];

let host: FakeHost;
let warnings: string[];
beforeEach(async () => {
  host = await startFakeHost();
  warnings = [];
});
afterEach(() => host.close());

function cgroups(config: Pick<CriConfig, 'cgroupParent' | 'cgroupDriver'>): RuntimeCgroups {
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  return new RuntimeCgroups(config, { client: host.connection.client, log });
}

it('the configuration decides where it says something, also while the runtime is away', async () => {
  await host.fake.stop();
  expect(await cgroups({ cgroupDriver: 'systemd', cgroupParent: '/pods' }).settings(host.call)).toEqual({
    parent: '/pods',
    driver: 'systemd',
  });
  expect(cgroups({ cgroupParent: '' }).driver).toBe('cgroupfs');
});

it('nothing is taken for granted while the runtime is away, and it is asked once it is there', async () => {
  await host.fake.stop();
  const asked = cgroups({ cgroupParent: '/pods' });
  await expect(asked.settings(host.call)).rejects.toThrow(/No connection|ECONN|ENOENT/u);
  expect(asked.driver).toBeUndefined();
  host.fake.cgroupDriver = 'systemd';
  await host.fake.start(host.config.endpoint);
  expect(await asked.settings(host.call)).toEqual({ parent: '/pods', driver: 'systemd' });
  expect(warnings).toEqual([]);
});

it('what the runtime has said once holds', async () => {
  host.fake.cgroupDriver = 'systemd';
  const asked = cgroups({ cgroupParent: '/pods' });
  await asked.settings(host.call);
  host.fake.cgroupDriver = 'cgroupfs';
  expect((await asked.settings(host.call)).driver).toBe('systemd');
});

it('a runtime that answers and does not say is taken to do as the name of the parent looks, with a warning', async () => {
  expect((await cgroups({ cgroupParent: 'pods.slice' }).settings(host.call)).driver).toBe('systemd');
  expect((await cgroups({ cgroupParent: '/pods' }).settings(host.call)).driver).toBe('cgroupfs');
  expect(warnings).toHaveLength(2);
});

describe('a node whose runtime comes up after it', () => {
  beforeEach(async () => {
    await host.close();
    host = await startFakeHost({ cgroupParent: '/pods' });
    await host.fake.stop();
  });

  it('fails sandboxes until the runtime has said how it names cgroups, then makes them as it wants them', async () => {
    const runtime = await host.anotherProcess();
    const prepared = podOf({ containers });
    await runtime.preparePod(prepared, host.call);
    await expect(runtime.runPodSandbox(sandboxOf(prepared), host.call)).rejects.toThrow(/No connection|ECONN|ENOENT/u);
    host.fake.cgroupDriver = 'systemd';
    await host.fake.start(host.config.endpoint);
    await runtime.runPodSandbox(sandboxOf(prepared), host.call);
    const [sandbox] = host.fake.sandboxes.values();
    expect(sandbox?.config.linux?.cgroupParent).toBe(
      `pods-besteffort-pod${prepared.ownership.uid.replaceAll('-', '_')}.slice`,
    );
  });
});
