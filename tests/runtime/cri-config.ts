import { join } from 'node:path';
import type { RunningContainerd } from './containerd/start-containerd.ts';

/** Under what the pods of this process have their cgroups. */
export const cgroup = `vk-test-${process.pid}`;

/** The CRI provider's options on a containerd of the tests. */
export function criConfig(containerd: RunningContainerd, folder: string): object {
  return {
    endpoint: containerd.endpoint,
    root: join(containerd.directory, folder),
    logRoot: join(containerd.directory, 'logs'),
    cgroupParent: `/${cgroup}`,
    streaming: { allowedHosts: [containerd.streamingAddress] },
    nodeStatusIntervalSeconds: 1,
    containerLogs: { maxSize: '8Ki', maxFiles: 3, intervalSeconds: 0.5 },
  };
}
