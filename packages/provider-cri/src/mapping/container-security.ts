import { InvalidInput } from '@vk/node/provider';
import type { Container, EphemeralContainer, Pod } from '@vk/node/provider';
import {
  Capability,
  LinuxContainerSecurityContext,
  SELinuxOption,
  SupplementalGroupsPolicy,
} from '../generated/api.ts';
import { appArmorProfile } from './app-armor-profile.ts';
import { namespaceOptions } from './namespaces.ts';
import { containerField } from './pod-containers.ts';
import { procPaths } from './proc-paths.ts';
import { seccompProfile } from './seccomp-profile.ts';

type AnyContainer = Container | EphemeralContainer;

/** As whom an image runs: a UID, or a name that only the image knows. */
export interface ImageUser {
  readonly uid?: bigint;
  readonly username: string;
}

export interface SecuritySettings {
  readonly seccompRoot: string;
  readonly seccompDefault: boolean;
  /** The processors of this host for which the kernel shows thermal data, by number. */
  readonly processors: readonly number[];
  /** Whether this host has SELinux. */
  readonly seLinux: boolean;
}

/**
 * What a container may do, out of the pod's and its own security context; the container's wins.
 *
 * @throws InvalidInput when it must not run as root but would, or that cannot be told.
 */
export function containerSecurity(
  pod: Pod,
  container: AnyContainer,
  imageUser: ImageUser,
  settings: SecuritySettings,
  targetContainerId?: string,
): LinuxContainerSecurityContext {
  const shared = pod.spec?.securityContext;
  const own = container.securityContext;
  const field = containerField(pod, container.name);
  const user = own?.runAsUser ?? shared?.runAsUser;
  const group = own?.runAsGroup ?? shared?.runAsGroup;
  if ((own?.runAsNonRoot ?? shared?.runAsNonRoot) === true) refuseRoot(pod, container.name, field, user, imageUser);
  const appArmor = appArmorProfile(pod, container);
  return LinuxContainerSecurityContext.fromPartial({
    ...userOf(user, imageUser),
    ...(group !== undefined && { runAsGroup: { value: BigInt(group) } }),
    supplementalGroups: supplementalGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    privileged: own?.privileged === true,
    readonlyRootfs: own?.readOnlyRootFilesystem === true,
    noNewPrivs: own?.allowPrivilegeEscalation === false,
    capabilities: Capability.fromPartial({
      addCapabilities: own?.capabilities?.add ?? [],
      dropCapabilities: own?.capabilities?.drop ?? [],
    }),
    ...seLinuxOptions(own?.seLinuxOptions ?? shared?.seLinuxOptions),
    seccomp: seccompProfile(pod, container, {
      root: settings.seccompRoot,
      field,
      byDefault: settings.seccompDefault ? 'RuntimeDefault' : 'Unconfined',
    }),
    ...(appArmor !== undefined && { apparmor: appArmor.profile, apparmorProfile: appArmor.name }),
    ...procPaths(own?.procMount, settings.processors),
    namespaceOptions: namespaceOptions(pod, targetContainerId),
  });
}

export function supplementalGroups({ spec }: Pod): bigint[] {
  const { fsGroup, supplementalGroups: groups = [] } = spec?.securityContext ?? {};
  return [...(fsGroup === undefined ? [] : [fsGroup]), ...groups].map(BigInt);
}

export function groupsPolicy({ spec }: Pod): SupplementalGroupsPolicy {
  return spec?.securityContext?.supplementalGroupsPolicy === 'Strict'
    ? SupplementalGroupsPolicy.Strict
    : SupplementalGroupsPolicy.Merge;
}

type SeLinuxOptions = NonNullable<NonNullable<AnyContainer['securityContext']>['seLinuxOptions']>;

export function seLinuxOptions(options: SeLinuxOptions | undefined): { readonly selinuxOptions?: SELinuxOption } {
  if (options === undefined) return {};
  const { user = '', role = '', type = '', level = '' } = options;
  return { selinuxOptions: SELinuxOption.fromPartial({ user, role, type, level }) };
}

function userOf(
  user: number | undefined,
  { uid, username }: ImageUser,
): { readonly runAsUser?: { readonly value: bigint }; readonly runAsUsername?: string } {
  if (user !== undefined) return { runAsUser: { value: BigInt(user) } };
  if (uid !== undefined) return { runAsUser: { value: uid } };
  return { runAsUsername: username };
}

function refuseRoot(
  pod: Pod,
  name: string,
  field: string,
  user: number | undefined,
  { uid, username }: ImageUser,
): void {
  const whose = `(pod: "${pod.metadata?.name}_${pod.metadata?.namespace}(${pod.metadata?.uid})", container: ${name})`;
  const place = `${field}.securityContext.runAsNonRoot`;
  if (user === 0) throw new InvalidInput(place, `container's runAsUser breaks non-root policy ${whose}`);
  if (user !== undefined) return;
  if (uid === undefined && username !== '') {
    const problem = `container has runAsNonRoot and image has non-numeric user (${username}), cannot verify user is non-root`;
    throw new InvalidInput(place, `${problem} ${whose}`);
  }
  if (uid === 0n) throw new InvalidInput(place, `container has runAsNonRoot and image will run as root ${whose}`);
}
