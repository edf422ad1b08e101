import { podContainers } from '../../environment/pod-containers.ts';
import type { PlainVariable } from '../../provider/environment.ts';
import { InvalidInput } from '../../provider/errors/invalid-input.ts';
import type { Volume } from '../../provider/wire.ts';
import type { HostMount, HostMountPropagation } from './host-mount.ts';
import type { VolumeWork } from './set-up-volume.ts';
import { mountSubPath } from './sub-path-mount.ts';
import { subPathField, subPathOf, type VolumeMount } from './sub-path-of.ts';
import { openSubPath } from './sub-path.ts';
import { hostVolumeKind } from './volume-kind.ts';

const propagations: Readonly<Record<string, HostMountPropagation>> = {
  None: 'private',
  HostToContainer: 'host-to-container',
  Bidirectional: 'bidirectional',
};

/** The mounts of a container. Throws InvalidInput when one cannot be had, by field and in the kubelet's words. */
export async function containerMounts(
  work: VolumeWork,
  containerName: string,
  environment: readonly PlainVariable[],
  signal: AbortSignal,
): Promise<HostMount[]> {
  const { pod } = work.prepared;
  const found = podContainers(pod).find(({ container }) => container.name === containerName);
  if (found === undefined) throw new RangeError(`the pod has no container ${containerName}`);
  const position = (pod.spec?.[found.kind] ?? []).findIndex(({ name }) => name === containerName);
  const mounts: HostMount[] = [];
  for (const [index, mount] of (found.container.volumeMounts ?? []).entries()) {
    const field = `spec.${found.kind}[${position}].volumeMounts[${index}]`;
    const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name);
    if (volume === undefined) {
      throw new InvalidInput(field, `cannot find volume "${mount.name}" to mount into container "${containerName}"`);
    }
    const path = pathOf(work, volume);
    if (path === undefined) continue;
    const isContents = hostVolumeKind(volume).kind === 'contents';
    const subPath = subPathOf(mount, environment, field);
    mounts.push({
      name: mount.name,
      hostPath:
        subPath === ''
          ? path
          : await hostSubPath({ work, mount, volume: path, isContents, subPath, containerName, index, field }, signal),
      containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
      readOnly: mount.readOnly === true || isContents,
      recursiveReadOnly: recursiveReadOnly(mount),
      propagation: propagations[mount.mountPropagation ?? 'None'] ?? 'private',
    });
  }
  return mounts;
}

/** Undefined for a volume that is left out here. */
function pathOf({ directories, prepared }: VolumeWork, volume: Volume): string | undefined {
  const kind = hostVolumeKind(volume);
  if (kind.kind === 'hostPath') return volume.hostPath?.path;
  if (kind.kind === 'emptyDir') return directories.volume(volume.name, 'disk');
  if (kind.kind !== 'contents' || !prepared.volumes.some(({ name }) => name === volume.name)) return undefined;
  return directories.volume(volume.name, kind.where);
}

function recursiveReadOnly({ readOnly, recursiveReadOnly: wish }: VolumeMount): HostMount['recursiveReadOnly'] {
  if (readOnly !== true || wish === undefined || wish === 'Disabled') return false;
  return wish === 'IfPossible' ? 'if-possible' : true;
}

interface SubPathRequest {
  readonly work: VolumeWork;
  readonly mount: VolumeMount;
  /** The volume's path on the host. */
  readonly volume: string;
  readonly isContents: boolean;
  readonly subPath: string;
  readonly containerName: string;
  readonly index: number;
  readonly field: string;
}

async function hostSubPath(request: SubPathRequest, signal: AbortSignal): Promise<string> {
  const { work, mount, volume, isContents, subPath, containerName, index, field } = request;
  const { files, mounter, log } = work.services;
  try {
    if (mounter !== undefined) {
      const target = work.directories.subPath(mount.name, containerName, index);
      await mountSubPath({ files, mounter, volume, subPath, target }, signal);
      return target;
    }
    if (!isContents) throw new Error('this process makes no mounts');
    // No container can write there, so that what it resolves to stays where it is.
    const handle = await openSubPath(files, volume, subPath);
    try {
      return await files.readlink(`/proc/self/fd/${handle.fd}`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    // The details would tell the author of the pod what is on the host.
    log.warn('A sub path of a volume could not be prepared', { volume: mount.name, container: containerName, error });
    const words = `failed to prepare subPath for volumeMount "${mount.name}" of container "${containerName}"`;
    throw new InvalidInput(`${field}.${subPathField(mount)}`, words, { cause: error });
  }
}
