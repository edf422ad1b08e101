import { join } from 'node:path';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { VolumeFile } from '../../provider/prepared-volume.ts';
import type { Volume } from '../../provider/wire.ts';
import { writeAtomically } from './atomic-writer.ts';
import { makeEmptyDirectory, makeMemoryDirectory } from './empty-directory.ts';
import { prepareHostPath } from './host-path.ts';
import { hostPayload } from './host-payload.ts';
import type { HostVolumesServices } from './host-volumes-services.ts';
import type { VolumeSurroundings } from './host-volumes.ts';
import { nestedMountPoints } from './nested-mount-points.ts';
import type { PodDirectories } from './pod-directories.ts';
import { hostVolumeKind } from './volume-kind.ts';
import { bytesOf } from './volume-refusals.ts';

export interface VolumeWork {
  readonly services: HostVolumesServices;
  readonly directories: PodDirectories;
  readonly prepared: PreparedPod;
  readonly surroundings: VolumeSurroundings;
}

/** Makes one volume that has no contents of the API. */
export async function setUpPlainVolume(work: VolumeWork, volume: Volume, signal: AbortSignal): Promise<void> {
  const { services, directories, prepared, surroundings } = work;
  const { files, mounter } = services;
  const kind = hostVolumeKind(volume);
  if (kind.kind === 'unsupported') throw new Error(`${kind.source}: ${kind.why}`);
  if (kind.kind === 'hostPath') return prepareHostPath(files, volume.hostPath?.path ?? '', volume.hostPath?.type);
  if (kind.kind !== 'emptyDir') return;
  const directory = {
    files,
    path: directories.volume(volume.name, 'disk'),
    group: prepared.pod.spec?.securityContext?.fsGroup,
  };
  if (kind.where === 'disk') return makeEmptyDirectory(directory);
  if (mounter === undefined) throw new Error('memory storage requested, but this process makes no mounts');
  const limits = [bytesOf(volume.emptyDir?.sizeLimit), surroundings.memoryLimitBytes].filter(
    (limit) => limit !== undefined,
  );
  const [sizeBytes] = limits.map(BigInt).sort((one, other) => (one < other ? -1 : 1));
  return makeMemoryDirectory(directory, { mounter, sizeBytes }, signal);
}

/** Writes the contents of one volume. Its directory is made when it is not there. */
export async function writeContents(work: VolumeWork, volume: Volume, contents: readonly VolumeFile[]): Promise<void> {
  const { services, directories, prepared, surroundings } = work;
  const { files, clock } = services;
  const kind = hostVolumeKind(volume);
  if (kind.kind !== 'contents') throw new TypeError(`volume ${volume.name} has no contents of the API`);
  const directory = directories.volume(volume.name, kind.where);
  const { pod } = prepared;
  const group = pod.spec?.securityContext?.fsGroup;
  await makeEmptyDirectory({ files, path: directory, group });
  for (const nested of nestedMountPoints(pod, volume.name)) {
    await files.mkdir(join(directory, nested), { recursive: true, mode: 0o755 });
  }
  const payload = hostPayload(contents, { pod, volume, deferred: surroundings.deferred ?? {} });
  await writeAtomically({ files, directory, payload, group, now: clock.now() });
}
