import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProvider } from '@vk/provider-testkit';
import type { PodTemplate } from '@vk/provider-testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { criProvider } from './cri-provider.ts';
import { FakeCri } from './testing/fake-cri.ts';

const podThatRuns = (command: string): PodTemplate => ({
  metadata: {},
  spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1', command: ['sh', '-c', command] }] },
});

const pods = {
  running: { spec: { containers: [{ name: 'app', image: 'app:1', command: ['serve'] }] } },
  finishing: { pod: podThatRuns('exit 3'), exitCode: 3 },
  refused: {
    pod: { spec: { ...podThatRuns('exit 3').spec, hostUsers: false, containers: [{ name: 'app', image: 'app:1' }] } },
    field: 'spec.hostUsers',
  },
};

describe.each([
  { mode: 'with events', events: true },
  { mode: 'without events', events: false },
  { mode: 'that ends its events at once', events: 'empty' as const },
])('a runtime $mode', ({ events }) => {
  const fake = new FakeCri({ events });
  const config = { endpoint: '', root: '', logRoot: '' };
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vk-cri-'));
    Object.assign(config, {
      endpoint: join(directory, 'cri.sock'),
      root: join(directory, 'root'),
      logRoot: join(directory, 'logs'),
      // Systemd's cgroups are not this process's to write, nor there for a fake.
      cgroupParent: '/virtual-kubelet',
      mounts: false,
    });
    fake.cgroupDriver = 'systemd';
    await fake.start(config.endpoint);
  });
  afterAll(async () => {
    await fake.stop();
    await rm(directory, { recursive: true, maxRetries: 5 });
  });

  describeProvider({
    definition: criProvider,
    config,
    pods,
    patienceMilliseconds: 20_000,
    reset: async () => {
      fake.clear();
      await rm(config.root, { recursive: true, force: true, maxRetries: 5 });
      await rm(config.logRoot, { recursive: true, force: true, maxRetries: 5 });
    },
  });
});
