import { isIP } from 'node:net';
import { allowlistPatternProblem, imageVerificationPolicies, type ImageVerificationPolicy } from '@vk/node/pod-engine';
import { z } from 'zod';
import { socketPath } from './client/endpoint.ts';
import { isCgroupParent } from './mapping/cgroup-parent.ts';
import { isResourceOfNode } from './mapping/left-for-pods.ts';
import { milliValue, wholeValue } from './mapping/quantity.ts';
import { allowedHost } from './streaming/allowed-host.ts';

export interface ImageGarbageCollection {
  readonly enabled: boolean;
  readonly highThresholdPercent: number;
  readonly lowThresholdPercent: number;
  readonly minimumAgeSeconds: number;
  readonly intervalSeconds: number;
}

export interface ContainerLogs {
  /** Bytes. */
  readonly maxSize: number;
  readonly maxFiles: number;
  readonly intervalSeconds: number;
}

export interface PressureThresholds {
  /** Bytes. */
  readonly memoryAvailable: number;
  readonly diskAvailablePercent: number;
  readonly inodesFreePercent: number;
  readonly processesAvailablePercent: number;
}

/** The options of the provider, with every default filled in. Their meaning is in the schema. */
export interface CriConfig {
  readonly endpoint: string;
  readonly imageEndpoint?: string | undefined;
  readonly runtimeHandler: string;
  readonly cgroupParent: string;
  readonly cgroupDriver?: 'cgroupfs' | 'systemd' | undefined;
  readonly cpuCfsQuota: boolean;
  readonly root: string;
  readonly logRoot: string;
  readonly mounts?: boolean | undefined;
  readonly seccompRoot: string;
  readonly seccompDefault: boolean;
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly ephemeralStorage?: string | undefined;
  readonly maxPods: number;
  readonly reserved: Readonly<Record<string, string>>;
  readonly devices: Readonly<Record<string, readonly string[]>>;
  readonly imageCredentialsFile?: string | undefined;
  readonly maxParallelSandboxStarts?: number | undefined;
  readonly maxParallelImagePulls: number;
  readonly imagePullCredentialsVerificationPolicy: ImageVerificationPolicy;
  readonly preloadedImagesVerificationAllowlist: readonly string[];
  readonly clusterDns: readonly string[];
  readonly resolvConf: string;
  readonly allowedUnsafeSysctls: readonly string[];
  readonly ephemeralStorageLimits: 'refuse' | 'ignore';
  readonly nodeStatusIntervalSeconds: number;
  readonly imageGarbageCollection: ImageGarbageCollection;
  readonly containerLogs: ContainerLogs;
  readonly streaming: { readonly allowedHosts: readonly string[]; readonly idleSeconds: number };
  readonly pressure: PressureThresholds;
}

const socket = z
  .string()
  .refine((text) => socketPath(text) !== undefined, { error: 'must be a Unix socket, for example unix:///run/x.sock' });

const absolutePath = z.string().refine((text) => text.startsWith('/'), { error: 'must be an absolute path' });

const quantity = z
  .union([z.string(), z.number().nonnegative()])
  .transform(String)
  .refine((text) => (milliValue(text) ?? -1n) >= 0n, {
    error: 'must be a Kubernetes quantity, for example 4, 500m or 32Gi',
    abort: true,
  });

/** Of which a node has to have some. */
const capacity = quantity.refine((text) => (wholeValue(text) ?? 0n) > 0n, { error: 'must be more than 0' });
const size = quantity.transform((text) => Number((milliValue(text) ?? 0n) / 1000n));
const percent = z.number().min(0).max(100);
const seconds = z.number().positive();

const host = z.string().refine((text) => allowedHost(text) !== undefined, {
  error: 'must be an address or a name, with a port or without, for example localhost, 127.0.0.1:10010 or [::1]:10010',
});

const address = z.string().refine((text) => isIP(text) !== 0, { error: 'must be an IP address' });

const imagePattern = z.string().superRefine((pattern, context) => {
  const message = allowlistPatternProblem(pattern);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const cgroup = z.string().refine(isCgroupParent, {
  error: 'must be empty, an absolute path such as /virtual-kubelet, or the name of a slice such as pods.slice',
});

const imageGarbageCollection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Remove images that nothing uses when the disk is full.'),
    highThresholdPercent: percent.default(85).describe('Above this use of the disk images are removed.'),
    lowThresholdPercent: percent.default(80).describe('They are removed until no more than this is used.'),
    minimumAgeSeconds: seconds.default(120).describe('Younger images are never removed.'),
    intervalSeconds: seconds.default(300).describe('How often the disk is looked at.'),
  })
  .refine(({ highThresholdPercent, lowThresholdPercent }) => lowThresholdPercent < highThresholdPercent, {
    path: ['lowThresholdPercent'],
    error: 'must be less than highThresholdPercent',
  });

const containerLogs = z.strictObject({
  maxSize: size
    .refine((bytes) => bytes > 0, { error: 'must be more than 0' })
    .default(10 * 1024 * 1024)
    .describe('A log that is larger is rotated. A quantity, for example `10Mi`.'),
  maxFiles: z.int().min(2).default(5).describe('How many files of one run are kept, the current one among them.'),
  intervalSeconds: seconds.default(10).describe('How often the sizes are looked at.'),
});

const streaming = z.strictObject({
  allowedHosts: z
    .array(host)
    .default(['127.0.0.1', '::1', 'localhost'])
    .describe(
      'Where the runtime may have its streaming server, with a port or without. A streaming URL that leads elsewhere is not dialled.',
    ),
  idleSeconds: seconds
    .default(4 * 60 * 60)
    .describe('A session of exec, attach or port-forward without any traffic is closed after this time.'),
});

const pressure = z.strictObject({
  memoryAvailable: size
    .default(100 * 1024 * 1024)
    .describe('With less memory left the node has MemoryPressure. A quantity.'),
  diskAvailablePercent: percent
    .default(10)
    .describe('With less left on the disk under `root`, or on one of the runtime, the node has DiskPressure.'),
  inodesFreePercent: percent.default(5).describe('With fewer inodes left on one of them it has DiskPressure, too.'),
  processesAvailablePercent: percent.default(5).describe('With fewer process ids left the node has PIDPressure.'),
});

const options = z.strictObject({
  endpoint: socket
    .default('unix:///run/containerd/containerd.sock')
    .describe("The runtime's socket. CRI-O's is `unix:///run/crio/crio.sock`."),
  imageEndpoint: socket.optional().describe('The socket for images, where it is another one.'),
  runtimeHandler: z
    .string()
    .default('')
    .describe("The runtime handler of pods without a RuntimeClass. Empty: the runtime's default."),
  cgroupParent: cgroup
    .default('/virtual-kubelet')
    .describe(
      "Under what cgroup the pods' are; below it by class and pod, as with a kubelet. A path, or the name of a slice. Empty: the runtime's own choice, and containerd 1.6 then has no figures of pods as a whole.",
    ),
  cgroupDriver: z
    .enum(['cgroupfs', 'systemd'])
    .optional()
    .describe('How cgroups are named; it has to be as the runtime is configured. Without it as the runtime says.'),
  cpuCfsQuota: z.boolean().default(true).describe('Whether CPU limits are enforced.'),
  root: absolutePath
    .default('/var/lib/virtual-kubelet/cri')
    .describe('Where volumes and the files of pods are kept, for each node in a directory of its own.'),
  logRoot: absolutePath
    .default('/var/log/virtual-kubelet/pods')
    .describe(
      'Where the logs of containers are, laid out as by the kubelet. Not `/var/log/pods` beside a kubelet: it removes what it does not know.',
    ),
  mounts: z
    .boolean()
    .optional()
    .describe(
      'Whether this process makes mounts, for volumes in memory and for sub paths that containers can write to: without them such pods are refused, and Secrets lie on the disk. Without it: if it runs as root.',
    ),
  seccompRoot: absolutePath.default('/var/lib/kubelet/seccomp').describe('Where `Localhost` seccomp profiles are.'),
  seccompDefault: z
    .boolean()
    .default(false)
    .describe("Containers without a seccomp profile get the runtime's default one, instead of none."),
  cpu: capacity.optional().describe('CPU capacity of the node. Without it that of the host.'),
  memory: capacity.optional().describe('Memory capacity of the node. Without it that of the host.'),
  ephemeralStorage: quantity
    .optional()
    .describe('Disk capacity of the node. Without it that of the disk under `root`.'),
  maxPods: z.int().positive().default(110).describe('How many pods the node takes.'),
  reserved: z
    .record(z.string(), quantity)
    .default({})
    .describe(
      'What of the capacity is not for pods, by resource name, for example `cpu: 500m`. CPU and memory of the host are kept from them by the cgroup of all pods, where that is not left to systemd or to the runtime.',
    ),
  devices: z
    .record(z.string(), z.array(z.string().min(1)))
    .default({})
    .describe(
      'Devices for pods by resource name, each with its CDI name, for example `example.com/gpu: [example.com/gpu=0]`. A container that asks for the resource gets that many of them.',
    ),
  imageCredentialsFile: absolutePath
    .optional()
    .describe(
      "A docker config file with the host's own credentials, tried after those of the pod. Credential helpers that it names are not run.",
    ),
  maxParallelSandboxStarts: z
    .int()
    .positive()
    .optional()
    .describe(
      'How many pods a node has the runtime begin at a time: the next one begins when the sandbox of one before is there, or takes longer than 2 s. Absent: twice as many as the host has processors, and 4 at least.',
    ),
  maxParallelImagePulls: z.int().positive().default(5).describe('How many images a node pulls at a time.'),
  imagePullCredentialsVerificationPolicy: z
    .enum(imageVerificationPolicies)
    .default('NeverVerifyPreloadedImages')
    .describe(
      "Of which images that are there a pod with `IfNotPresent` or `Never` has to show, by its pull Secrets, that it could have pulled them: none; those that were pulled for a pod; all but those on a list; all. The kubelet's option of this name.",
    ),
  preloadedImagesVerificationAllowlist: z
    .array(imagePattern)
    .default([])
    .describe(
      'The list of `NeverVerifyAllowlistedImages`: names without tag and digest, or all below a registry or path, as in `registry.example/team/*`.',
    ),
  clusterDns: z.array(address).default([]).describe("The addresses of the cluster's DNS service."),
  resolvConf: absolutePath.default('/etc/resolv.conf').describe('What pods get that use the DNS of the host.'),
  allowedUnsafeSysctls: z
    .array(z.string())
    .default([])
    .describe('Sysctls beside the safe ones that pods may set; `*` at the end stands for all that begin so.'),
  ephemeralStorageLimits: z
    .enum(['refuse', 'ignore'])
    .default('refuse')
    .describe('Limits of `ephemeral-storage` are not enforced: whether a pod with one is refused, or runs without it.'),
  nodeStatusIntervalSeconds: seconds
    .default(60)
    .describe("How often the node's images, conditions and sizes are looked at."),
  imageGarbageCollection: imageGarbageCollection
    .prefault({})
    .describe('Removal of unused images. Any image that no container uses counts, as with a kubelet.'),
  containerLogs: containerLogs.prefault({}).describe('Rotation of the logs of containers.'),
  streaming: streaming.prefault({}).describe('Exec, attach and port-forward.'),
  pressure: pressure.prefault({}).describe('When the node says that it is short of something.'),
});

const ownConfig = options.superRefine((config, context) => {
  const { reserved, devices, imagePullCredentialsVerificationPolicy, preloadedImagesVerificationAllowlist } = config;
  const policyOfList = 'NeverVerifyAllowlistedImages';
  if (preloadedImagesVerificationAllowlist.length > 0 && imagePullCredentialsVerificationPolicy !== policyOfList) {
    const message = `counts only where imagePullCredentialsVerificationPolicy is ${policyOfList}`;
    context.addIssue({ code: 'custom', path: ['preloadedImagesVerificationAllowlist'], message });
  }
  for (const name of Object.keys(reserved)) {
    if (isResourceOfNode(name, devices)) continue;
    context.addIssue({ code: 'custom', path: ['reserved', name], message: 'is no resource that the node has' });
  }
});

/** The provider's options; nothing at all means all defaults. */
export const criConfigSchema: z.ZodType<CriConfig> = z.preprocess((config) => config ?? {}, ownConfig);
