import { InvalidInput } from '@vk/node/provider';
import type { Container, EphemeralContainer, PlainVariable, Pod } from '@vk/node/provider';
import { subPathOf, type HostMount } from '@vk/node/volumes';
import { Mount, MountPropagation } from '../generated/api.ts';
import { containerField } from './pod-containers.ts';

const propagations: Readonly<Record<HostMount['propagation'], MountPropagation>> = {
  private: MountPropagation.PROPAGATION_PRIVATE,
  'host-to-container': MountPropagation.PROPAGATION_HOST_TO_CONTAINER,
  bidirectional: MountPropagation.PROPAGATION_BIDIRECTIONAL,
};

/** What the provider itself mounts into a container. */
export interface OwnFiles {
  readonly hosts: string;
  readonly terminationMessage: string;
}

export interface MountSettings {
  readonly pod: Pod;
  readonly container: Container | EphemeralContainer;
  readonly volumes: readonly HostMount[];
  /** What the images were resolved to that are volumes, by volume. */
  readonly volumeImageRefs: Readonly<Record<string, string>>;
  /** Its variables, for the paths within image volumes. */
  readonly environment: readonly PlainVariable[];
  readonly own: OwnFiles;
  /** Whether this host has SELinux. */
  readonly seLinux: boolean;
  /** Whether the runtime can make all mounts below a mount read-only. */
  readonly recursiveReadOnly: boolean;
}

/**
 * The mounts of a container: its volumes, the hosts file where it has not mounted one itself, and the termination message. With
 * SELinux what is made here for the pod gets a label with which its containers reach it; what is the host's keeps its own.
 *
 * @throws InvalidInput when mounts have to be read-only all the way down and the runtime cannot do that, and for a path that
 *   leads out of an image volume.
 */
export function containerMounts(settings: MountSettings): Mount[] {
  const { pod, container, volumes, own, seLinux, recursiveReadOnly } = settings;
  const ofHost = new Set(
    (pod.spec?.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name),
  );
  const mounts = volumes.map((volume) => {
    if (volume.recursiveReadOnly === true && !recursiveReadOnly) {
      const index = container.volumeMounts?.findIndex(({ mountPath }) => mountPath === volume.containerPath) ?? -1;
      const field = `${containerField(pod, container.name)}.volumeMounts[${index}].recursiveReadOnly`;
      throw new InvalidInput(field, 'the runtime cannot make the mounts below a volume read-only');
    }
    return Mount.fromPartial({
      containerPath: volume.containerPath,
      hostPath: volume.hostPath,
      readonly: volume.readOnly,
      recursiveReadOnly: volume.recursiveReadOnly !== false && recursiveReadOnly,
      propagation: propagations[volume.propagation],
      selinuxRelabel: seLinux && !ofHost.has(volume.name),
    });
  });
  mounts.push(...imageMounts(settings));
  const taken = new Set(mounts.map(({ containerPath }) => containerPath));
  const addOwn = (containerPath: string, hostPath: string): void => {
    if (!taken.has(containerPath)) mounts.push(Mount.fromPartial({ containerPath, hostPath, selinuxRelabel: seLinux }));
  };
  addOwn('/etc/hosts', own.hosts);
  const messagePath = container.terminationMessagePath ?? '/dev/termination-log';
  if (messagePath !== '') addOwn(messagePath, own.terminationMessage);
  return mounts;
}

/** Volumes that are the file system of an image (KEP-4639): the runtime mounts them. */
function imageMounts({ pod, container, environment, volumeImageRefs }: MountSettings): Mount[] {
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const { name, mountPath } = mount;
    const reference = pod.spec?.volumes?.find((volume) => volume.name === name)?.image?.reference;
    if (reference === undefined) return [];
    const field = `${containerField(pod, container.name)}.volumeMounts[${index}]`;
    return [
      Mount.fromPartial({
        containerPath: mountPath.startsWith('/') ? mountPath : `/${mountPath}`,
        readonly: true,
        image: { image: volumeImageRefs[name] ?? reference, userSpecifiedImage: reference },
        imageSubPath: subPathOf(mount, environment, field),
      }),
    ];
  });
}
