import type { Container, FieldError, Pod } from '@vk/node/provider';
import type { RuntimeFeatures } from '../runtime/runtime-features.ts';
import { placedContainers, type PlacedContainer } from '../mapping/pod-containers.ts';
import { milliValue } from '../mapping/quantity.ts';
import { isBelowSeccompRoot } from '../mapping/seccomp-path.ts';
import { isAllowedSysctl, sysctlNamespace } from './sysctl.ts';

/** What decides beside the pod. */
export interface RefusalContext {
  /** Undefined until the runtime has answered once: what depends on it is decided before the sandbox then. */
  readonly features: RuntimeFeatures | undefined;
  readonly allowedUnsafeSysctls: readonly string[];
  readonly ephemeralStorageLimits: 'refuse' | 'ignore';
  /** Whether the kernel of this host enforces AppArmor profiles. */
  readonly appArmor: boolean;
  /** Whether this process can write to the cgroups of pods. Undefined until the runtime has said how it names them. */
  readonly ownsPodCgroups: boolean | undefined;
  /** The resources that the node has, beside `cpu`, `memory`, `ephemeral-storage` and huge pages. */
  readonly extendedResources: readonly string[];
  /** The runtime handler of pods without a RuntimeClass. */
  readonly defaultRuntimeHandler: string;
  /** That of this pod, where its RuntimeClass has been looked up. */
  readonly runtimeHandler?: string;
}

/** One field that cannot always be honoured. */
export interface RefusedField {
  /** The field, as in the documentation: `spec.containers[].securityContext.x`. */
  readonly field: string;
  /** When it is refused, for the documentation. */
  readonly when: string;
  readonly because: string;
  /** The fields of a pod that are refused. */
  readonly find: (pod: Pod, context: RefusalContext) => readonly FieldError[];
  /** A pod's spec that is refused by this row, for the tests. */
  readonly example: NonNullable<Pod['spec']>;
}

type SeccompProfile = NonNullable<NonNullable<Container['securityContext']>['seccompProfile']>;

const containers = [{ name: 'app' }];
const only = (condition: boolean, field: string, message: string): readonly FieldError[] =>
  condition ? [{ field, message }] : [];

function eachContainer(pod: Pod, find: (placed: PlacedContainer) => readonly FieldError[]): readonly FieldError[] {
  return placedContainers(pod).flatMap(find);
}

/** Every field that is refused, with the reason: the table behind refusal, documentation and tests. */
export const refusedFields: readonly RefusedField[] = [
  {
    field: 'spec.hostUsers',
    when: '`false`',
    because: 'no ranges of user ids are set aside for pods',
    find: ({ spec }) =>
      only(spec?.hostUsers === false, 'spec.hostUsers', 'a user namespace of its own cannot be given to a pod here'),
    example: { containers, hostUsers: false },
  },
  {
    field: 'spec.resourceClaims',
    when: 'any',
    because: 'drivers for dynamic resource allocation talk to a kubelet',
    find: ({ spec }) =>
      only(
        (spec?.resourceClaims ?? []).length > 0,
        'spec.resourceClaims',
        'there is no dynamic resource allocation here',
      ),
    example: { containers, resourceClaims: [{ name: 'gpu' }] },
  },
  {
    field: 'spec.resources.limits',
    when: 'any, and `cgroupDriver` is `systemd` or `cgroupParent` is empty',
    because: 'nothing would enforce limits of a pod as a whole; those of its containers are enforced',
    find: ({ spec }, { ownsPodCgroups }) =>
      only(
        ownsPodCgroups === false && Object.keys(spec?.resources?.limits ?? {}).length > 0,
        'spec.resources.limits',
        'limits of a pod as a whole are not enforced here: give them to its containers',
      ),
    example: { containers, resources: { limits: { cpu: '1' } } },
  },
  {
    field: 'spec.securityContext.sysctls[]',
    when: 'not a safe one, nor among `allowedUnsafeSysctls`; or of a namespace that the pod shares with the host',
    because: 'it could change the host or other pods',
    find: ({ spec }, { allowedUnsafeSysctls }) =>
      (spec?.securityContext?.sysctls ?? []).flatMap(({ name }, index) => {
        const field = `spec.securityContext.sysctls[${index}].name`;
        const namespace = sysctlNamespace(name);
        const shared =
          (namespace === 'network' && spec?.hostNetwork === true) || (namespace === 'ipc' && spec?.hostIPC === true);
        if (shared)
          return [{ field, message: `sysctl "${name}" would be the host's: the pod shares its ${namespace}` }];
        return only(!isAllowedSysctl(name, allowedUnsafeSysctls), field, `forbidden sysctl: "${name}" not allowlisted`);
      }),
    example: { containers, securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } },
  },
  {
    field: 'spec.securityContext.supplementalGroupsPolicy',
    when: '`Strict`, and the runtime does not know it',
    because: "the runtime would add the groups of the image's user all the same",
    find: ({ spec }, { features }) =>
      only(
        spec?.securityContext?.supplementalGroupsPolicy === 'Strict' && features?.supplementalGroupsPolicy === false,
        'spec.securityContext.supplementalGroupsPolicy',
        'the runtime does not know the policy "Strict"',
      ),
    example: { containers, securityContext: { supplementalGroupsPolicy: 'Strict' } },
  },
  {
    field: 'spec.containers[].securityContext.appArmorProfile',
    when: 'other than `Unconfined`, and the host has no AppArmor; also in `spec.securityContext`',
    because: 'nothing would enforce it',
    find: (pod, { appArmor }) => {
      const message = 'AppArmor is not enabled on this host';
      const asks = (type: string | undefined): boolean => !appArmor && type !== undefined && type !== 'Unconfined';
      const shared = pod.spec?.securityContext?.appArmorProfile?.type;
      return [
        ...only(asks(shared), 'spec.securityContext.appArmorProfile', message),
        ...eachContainer(pod, ({ field, container }) =>
          only(
            asks(container.securityContext?.appArmorProfile?.type),
            `${field}.securityContext.appArmorProfile`,
            message,
          ),
        ),
      ];
    },
    example: { containers: [{ name: 'app', securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }] },
  },
  {
    field: 'spec.containers[].securityContext.seccompProfile.localhostProfile',
    when: 'not a file below `seccompRoot`; also in `spec.securityContext`',
    because: 'profiles are read from there only',
    find: (pod) => {
      const message = 'must be a path within the seccomp profile root';
      const leaves = (profile: SeccompProfile | undefined): boolean =>
        profile?.type === 'Localhost' && !isBelowSeccompRoot(profile.localhostProfile ?? '');
      const path = 'securityContext.seccompProfile.localhostProfile';
      return [
        ...only(leaves(pod.spec?.securityContext?.seccompProfile), `spec.${path}`, message),
        ...eachContainer(pod, ({ field, container }) =>
          only(leaves(container.securityContext?.seccompProfile), `${field}.${path}`, message),
        ),
      ];
    },
    example: {
      containers: [
        { name: 'app', securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: '../x.json' } } },
      ],
    },
  },
  {
    field: 'spec.containers[].volumeMounts[].recursiveReadOnly',
    when: '`Enabled`, and the runtime handler of the pod does not know it',
    because: 'what is mounted below the volume could be written to',
    find: (pod, { features, defaultRuntimeHandler, runtimeHandler }) => {
      const isDefault = (pod.spec?.runtimeClassName ?? '') === '';
      const handler = runtimeHandler ?? (isDefault ? defaultRuntimeHandler : undefined);
      // That of a RuntimeClass is looked up before the sandbox.
      if (features === undefined || handler === undefined) return [];
      if (features.handlers.get(handler)?.recursiveReadOnlyMounts === true) return [];
      const message = 'the runtime cannot make the mounts below a volume read-only';
      return eachContainer(pod, ({ field, container }) =>
        (container.volumeMounts ?? []).flatMap(({ recursiveReadOnly }, index) =>
          only(recursiveReadOnly === 'Enabled', `${field}.volumeMounts[${index}].recursiveReadOnly`, message),
        ),
      );
    },
    example: {
      containers: [
        { name: 'app', volumeMounts: [{ name: 'x', mountPath: '/x', readOnly: true, recursiveReadOnly: 'Enabled' }] },
      ],
    },
  },
  {
    field: 'spec.containers[].lifecycle.stopSignal',
    when: 'any, and the runtime does not know it',
    because: "the runtime would send the image's signal",
    find: (pod, { features }) =>
      eachContainer(pod, ({ field, container }) =>
        only(
          container.lifecycle?.stopSignal !== undefined && features?.stopSignals === false,
          `${field}.lifecycle.stopSignal`,
          'the runtime takes the stop signal from the image only',
        ),
      ),
    example: { os: { name: 'linux' }, containers: [{ name: 'app', lifecycle: { stopSignal: 'SIGUSR1' } }] },
  },
  {
    field: 'spec.containers[].resources.limits[ephemeral-storage]',
    when: 'any, unless `ephemeralStorageLimits` is `ignore`',
    because: 'what containers write to the disk is measured, but not limited',
    find: (pod, { ephemeralStorageLimits }) =>
      eachContainer(pod, ({ field, container }) =>
        only(
          ephemeralStorageLimits === 'refuse' && container.resources?.limits?.['ephemeral-storage'] !== undefined,
          `${field}.resources.limits[ephemeral-storage]`,
          'limits of the disk are not enforced here',
        ),
      ),
    example: { containers: [{ name: 'app', resources: { limits: { 'ephemeral-storage': '1Gi' } } }] },
  },
  {
    field: 'spec.containers[].resources.limits[<extended resource>]',
    when: 'one that is not among `devices`',
    because: 'device plugins talk to a kubelet; devices come from the configuration, by CDI',
    find: (pod, { extendedResources }) =>
      eachContainer(pod, ({ field, container }) =>
        Object.entries(container.resources?.limits ?? {})
          .filter(([name, amount]) => isExtended(name) && (milliValue(amount) ?? 0n) > 0n)
          .filter(([name]) => !extendedResources.includes(name))
          .map(([name]) => ({
            field: `${field}.resources.limits[${name}]`,
            message: 'this node has no such resource',
          })),
      ),
    example: { containers: [{ name: 'app', resources: { limits: { 'example.com/none': '1' } } }] },
  },
  {
    field: 'spec.containers[].volumeDevices',
    when: 'any',
    because: 'block devices come from persistent volumes, which need drivers that talk to a kubelet',
    find: (pod) =>
      eachContainer(pod, ({ field, container }) =>
        only(
          (container.volumeDevices ?? []).length > 0,
          `${field}.volumeDevices`,
          'block devices of volumes cannot be given to containers here',
        ),
      ),
    example: { containers: [{ name: 'app', volumeDevices: [{ name: 'disk', devicePath: '/dev/xvda' }] }] },
  },
  {
    field: 'spec.volumes[].image',
    when: 'any, and the runtime does not know it',
    because: 'the runtime would mount nothing there',
    find: ({ spec }, { features }) =>
      (spec?.volumes ?? []).flatMap(({ image }, index) =>
        only(
          image !== undefined && features?.imageVolumes === false,
          `spec.volumes[${index}].image`,
          'the runtime does not mount images as volumes',
        ),
      ),
    example: { containers, volumes: [{ name: 'data', image: { reference: 'registry.example/data:1' } }] },
  },
];

/** A resource with a domain that is not Kubernetes' own. */
function isExtended(name: string): boolean {
  const [domain = ''] = name.split('/');
  return name.includes('/') && !domain.endsWith('kubernetes.io');
}

/** What of a pod cannot be honoured here. Pure. */
export function refusalsOf(pod: Pod, context: RefusalContext): readonly FieldError[] {
  return refusedFields.flatMap(({ find }) => find(pod, context));
}
