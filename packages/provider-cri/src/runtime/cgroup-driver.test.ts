import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { askCgroupDriver, containerdDriver } from './cgroup-driver.ts';

let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost();
});
afterEach(() => host.close());

const ask = () => askCgroupDriver(host.connection.client, host.call);

it.each(['systemd', 'cgroupfs'] as const)('a runtime that is asked says %s', async (driver) => {
  host.fake.cgroupDriver = driver;
  expect(await ask()).toBe(driver);
});

it('a runtime that cannot be asked shows its configuration in its status', async () => {
  host.fake.info['config'] = '{"containerd":{"runtimes":{"runc":{"options":{"SystemdCgroup":true}}}}}';
  expect(await ask()).toBe('systemd');
  host.fake.info['config'] = '{"containerd":{"defaultRuntimeName":"runc","runtimes":{"runc":{"options":{}}}}}';
  expect(await ask()).toBe('cgroupfs');
});

it('a runtime that answers neither way does not say', async () => {
  expect(await ask()).toBeUndefined();
});

it('a runtime that is not there is no runtime that does not say', async () => {
  await host.fake.stop();
  await expect(ask()).rejects.toThrow(/No connection|ECONN|ENOENT/u);
});

it.each(['', 'null', '[runtime]', '{}', '{"containerd":{}}', '{"containerd":{"runtimes":{"kata":{}}}}'])(
  'a configuration of %j is not that of containerd with a default runtime',
  (config) => {
    expect(containerdDriver(config)).toBeUndefined();
  },
);
