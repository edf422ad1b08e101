import { join } from 'node:path';
import type { RunningRuntime } from './running-runtime.ts';

/** Under what the pods of this process have their cgroups. */
export const cgroup = `vk-test-${process.pid}`;

/** What of the memory of the host is not for pods, in bytes. */
export const reservedBytes: number = 64 * 1024 * 1024;

/** The CRI provider's options on a runtime of the tests. */
export function criConfig(runtime: RunningRuntime, folder: string): object {
  return {
    endpoint: runtime.endpoint,
    root: join(runtime.directory, folder),
    logRoot: join(runtime.directory, 'logs'),
    cgroupParent: `/${cgroup}`,
    reserved: { memory: String(reservedBytes) },
    streaming: { allowedHosts: [runtime.streamingAddress] },
    nodeStatusIntervalSeconds: 1,
    containerLogs: { maxSize: '8Ki', maxFiles: 3, intervalSeconds: 0.5 },
  };
}
