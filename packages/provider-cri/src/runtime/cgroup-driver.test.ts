import { systemClock } from '@vk/node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { cgroupDriver, usesSystemd } from './cgroup-driver.ts';

let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost();
});
afterEach(() => host.close());

const driverOf = (config: Parameters<typeof cgroupDriver>[0]) =>
  cgroupDriver(config, host.connection.client, systemClock);

it('the configuration decides where it says something', async () => {
  expect(await driverOf({ cgroupDriver: 'systemd', cgroupParent: '/pods' })).toBe('systemd');
});

it('a runtime that cannot say it shows its configuration in its status', async () => {
  host.fake.info['config'] = '{"containerd":{"runtimes":{"runc":{"options":{"SystemdCgroup":true}}}}}';
  expect(await driverOf({ cgroupParent: '/pods' })).toBe('systemd');
  host.fake.info['config'] = '{"containerd":{"defaultRuntimeName":"runc","runtimes":{"runc":{"options":{}}}}}';
  expect(await driverOf({ cgroupParent: '/pods' })).toBe('cgroupfs');
});

it('a runtime that is not there is taken to do as the name of the parent looks', async () => {
  await host.fake.stop();
  expect(await driverOf({ cgroupParent: 'pods.slice' })).toBe('systemd');
  expect(await driverOf({ cgroupParent: '/pods' })).toBe('cgroupfs');
});

it.each(['{}', '{"containerd":{}}', '{"containerd":{"runtimes":{}}}', '{"containerd":{"runtimes":{"runc":{}}}}'])(
  'a configuration of %s says nothing of systemd',
  (config) => {
    expect(usesSystemd(config)).toBe(false);
  },
);
