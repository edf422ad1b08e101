import { join } from 'node:path';
import type { RunningRuntime } from './running-runtime.ts';

/** Under what the pods of this process have their cgroups. */
export const cgroup = `vk-test-${process.pid}`;

/** The CRI provider's options on a runtime of the tests. */
export function criConfig(runtime: RunningRuntime, folder: string): object {
  return {
    endpoint: runtime.endpoint,
    root: join(runtime.directory, folder),
    logRoot: join(runtime.directory, 'logs'),
    cgroupParent: `/${cgroup}`,
    streaming: { allowedHosts: [runtime.streamingAddress] },
    nodeStatusIntervalSeconds: 1,
    containerLogs: { maxSize: '8Ki', maxFiles: 3, intervalSeconds: 0.5 },
  };
}
