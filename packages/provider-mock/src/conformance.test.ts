import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProvider } from '@vk/provider-testkit';
import type { PodTemplate } from '@vk/provider-testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { annotationPrefix } from './behaviour-table.ts';
import { mockProvider } from './mock-provider.ts';

const spec: NonNullable<PodTemplate['spec']> = { containers: [{ name: 'app', image: 'app:1' }] };

function podThat(behaviour: Readonly<Record<string, string>>): PodTemplate {
  const annotations = Object.entries(behaviour).map(([key, value]) => [annotationPrefix + key, value]);
  return { metadata: { annotations: Object.fromEntries(annotations) }, spec };
}

const pods = {
  running: { spec },
  finishing: { pod: podThat({ 'run-time': '50ms', 'exit-code': '3' }), exitCode: 3 },
  refused: { pod: podThat({ refuse: 'spec.hostNetwork' }), field: 'spec.hostNetwork' },
};

const modes = [
  { mode: 'notifying', notify: true },
  { mode: 'polled', notify: false },
];

describe.each(modes)('the mock in memory, $mode', ({ notify }) => {
  describeProvider({ definition: mockProvider, config: { notify }, pods, patienceMilliseconds: 10_000 });
});

describe.each(modes)('the mock on the pod engine, $mode', ({ notify }) => {
  describeProvider({ definition: mockProvider, config: { notify, engine: true }, pods, patienceMilliseconds: 10_000 });
});

describe.each(modes)('the mock with a state file, $mode', ({ notify }) => {
  const config = { notify, stateFile: '' };
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vk-mock-'));
    config.stateFile = join(directory, 'state.jsonl');
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  describeProvider({
    definition: mockProvider,
    config,
    pods,
    patienceMilliseconds: 10_000,
    reset: () => rm(config.stateFile, { force: true }),
  });
});
