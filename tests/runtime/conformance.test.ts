import { criProvider } from '@vk/provider-cri';
import { describeProvider, type PodTemplate } from '@vk/provider-testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { end, serve } from './container-commands.ts';
import { findRuntime } from './find-runtime.ts';
import { busyboxImage as image } from './containerd/local-images.ts';
import { startRuntime } from './start-runtime.ts';
import type { RunningRuntime } from './running-runtime.ts';
import { cgroup, criConfig } from './cri-config.ts';
import { removeCgroups } from './remove-cgroups.ts';
import { reportRuntime } from './report-runtime.ts';

const programs = findRuntime();
reportRuntime('conformance', programs);

const pod = (spec: Partial<NonNullable<PodTemplate['spec']>>, command: string[]): PodTemplate => ({
  metadata: {},
  spec: { ...spec, containers: [{ name: 'app', image, command }] },
});

describe.skipIf(!('found' in programs))('the provider contract on a real container runtime', () => {
  const config = {};
  let runtime: RunningRuntime | undefined;
  beforeAll(async () => {
    if (!('found' in programs)) return;
    runtime = await startRuntime(programs.found);
    Object.assign(config, criConfig(runtime, 'root'));
  }, 120_000);
  afterAll(async () => {
    await runtime?.close();
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
