import { criProvider } from '@vk/provider-cri';
import { describeProvider, type PodTemplate } from '@vk/provider-testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { end, serve } from './container-commands.ts';
import { findContainerd } from './containerd/find-containerd.ts';
import { busyboxImage as image } from './containerd/local-images.ts';
import { startContainerd, type RunningContainerd } from './containerd/start-containerd.ts';
import { cgroup, criConfig } from './cri-config.ts';
import { removeCgroups } from './remove-cgroups.ts';
import { reportRuntime } from './report-runtime.ts';

const programs = findContainerd();
reportRuntime('conformance', programs);

const pod = (spec: Partial<NonNullable<PodTemplate['spec']>>, command: string[]): PodTemplate => ({
  metadata: {},
  spec: { ...spec, containers: [{ name: 'app', image, command }] },
});

describe.skipIf(!('found' in programs))('the provider contract on a real containerd', () => {
  const config = {};
  let containerd: RunningContainerd | undefined;
  beforeAll(async () => {
    if (!('found' in programs)) return;
    containerd = await startContainerd(programs.found);
    Object.assign(config, criConfig(containerd, 'root'));
  }, 120_000);
  afterAll(async () => {
    await containerd?.close();
    await removeCgroups(cgroup);
  }, 60_000);

  describeProvider({
    definition: criProvider,
    config,
    pods: {
      running: pod({}, serve('runs')),
      finishing: { pod: pod({ restartPolicy: 'Never' }, end('ends', 3)), exitCode: 3 },
      refused: { pod: pod({ hostUsers: false }, serve('never')), field: 'spec.hostUsers' },
    },
    patienceMilliseconds: 60_000,
  });
});
