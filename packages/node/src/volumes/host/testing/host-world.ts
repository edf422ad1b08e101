import * as nodeFiles from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { silentLogger, type Logger } from '../../../provider/logger.ts';
import type { PreparedPod } from '../../../provider/prepared-pod.ts';
import type { PodSpec } from '../../../provider/wire.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { hostVolumesOn } from '../create-host-volumes.ts';
import type { HostFiles } from '../host-files.ts';
import type { HostVolumes } from '../host-volumes.ts';
import { RecordingMounter } from './recording-mounter.ts';
import type { ScriptedVolume } from './scripted-volume.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface HostWorld {
  readonly root: string;
  readonly clock: FakeClock;
  readonly mounter: RecordingMounter;
  /** Another process on the same host. */
  process(options?: { readonly files?: HostFiles; readonly log?: Logger; readonly mounts?: boolean }): HostVolumes;
}

/** A host with nothing on it, in a directory of the running test. */
export async function hostWorld(): Promise<HostWorld> {
  const root = await temporaryDirectory();
  const clock = new FakeClock({ now: Date.UTC(2026, 1, 3) });
  const mounter = new RecordingMounter();
  return {
    root,
    clock,
    mounter,
    process({ files = nodeFiles, log = silentLogger, mounts = true } = {}) {
      const volumes = hostVolumesOn(files, { root, clock, log, ...(mounts && { mounter }) });
      onTestFinished(() => volumes.close());
      return volumes;
    },
  };
}

/** A pod as the core prepares it. */
export function preparedPod(spec: Partial<PodSpec>, volumes: readonly ScriptedVolume[] = [], uid = 'u-1'): PreparedPod {
  const pod = { metadata: { name: 'web-0', namespace: 'shop', uid }, spec: { containers: [], ...spec } };
  const ownership = { clusterId: 'c', nodeName: 'n', namespace: 'shop', name: 'web-0', uid };
  return { pod, environment: {}, volumes, ownership, hash: 'h' };
}
