import { listenAddress, loopbackAddress } from '../telemetry/loopback-address.ts';
import { exporterList, sampleRate, traceTags } from '../telemetry/trace-flags.ts';
import { duration } from './duration.ts';
import { flagGroups, type FlagDefinition, type FlagTable, type NodeCommand } from './flag-definition.ts';
import type { FlagKey } from './flag-values.ts';
import { kubeletApiFlags } from './kubelet-api-flags.ts';
import { givenProviderOptions } from './given-provider-option.ts';
import { boolean, choice, integer, keyValues, text, textMatching } from './value-types.ts';

const file = text('FILE');
const nodeName = textMatching(
  'NAME',
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  'a node name (lower-case letters, digits, - and ., as in a DNS name)',
);

/** Every flag that does something. Those of the Go programs that do not are in `retired-flags.ts`. */
export const flagTable: FlagTable = {
  provider: {
    group: 'Provider',
    type: text('NAME'),
    description:
      'The backend: NAME for the package @vk/provider-NAME or vk-provider-NAME, a package name, or a path to a .ts or .js file',
    developmentDefault: 'mock',
  },
  providerConfig: {
    group: 'Provider',
    type: file,
    description: "The provider's own configuration, in TOML, YAML or JSON",
  },
  providerOption: {
    group: 'Provider',
    type: givenProviderOptions,
    description:
      'One key of the configuration of the provider, which wins over the file: name=value, a.b=value, or a list or an object in JSON; may be given several times, in the variable one per line',
  },
  kubeconfig: {
    group: 'Cluster',
    type: file,
    description: 'The cluster to join',
    defaultText: '$KUBECONFIG, else ~/.kube/config, else the service account of the pod; in dev a cluster of its own',
  },
  context: { group: 'Cluster', type: text('NAME'), description: 'The context of the kubeconfig to use' },
  server: {
    group: 'Cluster',
    type: textMatching('URL', /^https?:\/\/[^/\s]+/, 'a URL such as https://10.0.0.1:6443'),
    description: "The API server's address, instead of the one in the kubeconfig",
    variables: ['MASTER_URI'],
  },
  bootstrapKubeconfig: {
    group: 'Cluster',
    type: file,
    description:
      'Where the file of --kubeconfig is missing or its certificate has expired, asks for a certificate of the node with these credentials and writes it',
    only: 'run',
  },
  rotateCertificates: {
    group: 'Cluster',
    type: boolean,
    description: 'Replaces a certificate that was had with --bootstrap-kubeconfig before it expires',
    default: true,
    only: 'run',
  },
  clusterId: {
    group: 'Cluster',
    type: text('ID'),
    description: 'What backend objects are stamped with, so that two clusters on one backend never touch each other',
    defaultText: 'the UID of the namespace kube-system',
  },
  clusterDomain: {
    group: 'Cluster',
    type: text('DOMAIN'),
    description: "The cluster's DNS domain",
    default: 'cluster.local',
  },
  nodename: {
    group: 'Node',
    type: nodeName,
    description: 'The name of the Node object',
    default: 'virtual-kubelet',
    variables: ['DEFAULT_NODE_NAME', 'DEFAULTNODE_NAME'],
  },
  nodes: {
    group: 'Node',
    type: integer({ minimum: 1, maximum: 10_000 }),
    description: 'How many nodes to run; with more than one they are called NODENAME-0, NODENAME-1 and so on',
    default: 1,
  },
  os: {
    group: 'Node',
    type: choice(['linux', 'windows'] as const),
    description: 'The operating system of the pods',
    default: 'linux',
  },
  nodeIp: {
    group: 'Node',
    type: textMatching('ADDRESS', /^[0-9a-fA-F.:]+$/, 'an IP address'),
    description: "The node's InternalIP, which its pods show as their host's",
    developmentDefault: '127.0.0.1',
    variables: ['VKUBELET_POD_IP'],
  },
  nodeLabels: {
    group: 'Node',
    type: keyValues,
    description: 'More labels for the node; those that the NodeRestriction admission forbids a node are refused by it',
  },
  disableTaint: {
    group: 'Node',
    type: boolean,
    description: 'Registers the node without a taint, so that every pod may land on it',
    default: false,
    developmentDefault: true,
  },
  taintKey: {
    group: 'Node',
    type: text('KEY'),
    description: "The key of the node's taint",
    default: 'virtual-kubelet.io/provider',
    variables: ['VKUBELET_TAINT_KEY'],
  },
  taintValue: {
    group: 'Node',
    type: text('VALUE'),
    description: "The value of the node's taint",
    defaultText: "the provider's name",
    variables: ['VKUBELET_TAINT_VALUE'],
  },
  taintEffect: {
    group: 'Node',
    type: choice(['NoSchedule', 'NoExecute', 'PreferNoSchedule'] as const),
    description: "The effect of the node's taint",
    default: 'NoSchedule',
    variables: ['VKUBELET_TAINT_EFFECT'],
  },
  adoptNode: {
    group: 'Node',
    type: boolean,
    description: 'Takes over a Node object of this name that somebody else registered, a real kubelet for example',
    default: false,
  },
  onExit: {
    group: 'Node',
    type: choice(['leave', 'not-ready', 'cordon', 'delete'] as const),
    description: 'What becomes of the Node object when the process stops',
    default: 'leave',
    developmentDefault: 'delete',
  },
  podSyncWorkers: {
    group: 'Node',
    type: integer({ minimum: 1, maximum: 10_000 }),
    description: 'How many pods of a node are worked on at a time',
    default: 10,
  },
  ...kubeletApiFlags,
  startupTimeout: {
    group: 'Timing',
    type: duration({ minimum: 0 }),
    description: 'Gives up when the node is not ready by then; 0 waits for ever',
    default: 0,
  },
  pingInterval: {
    group: 'Timing',
    type: duration({ minimum: 100 }),
    description: 'How often the backend is asked whether it is there',
    default: 10_000,
  },
  pingTimeout: {
    group: 'Timing',
    type: duration({ minimum: 100 }),
    description: 'When a backend that does not answer counts as gone, and the node as not ready',
    default: 10_000,
  },
  nodeStatusInterval: {
    group: 'Timing',
    type: duration({ minimum: 1_000 }),
    description: 'How often the node status is written when nothing has changed',
    default: 300_000,
  },
  leaseDuration: {
    group: 'Timing',
    type: duration({ minimum: 4_000 }),
    description: "How long the node's lease lasts; it is renewed at a quarter of that. Whole seconds",
    default: 40_000,
  },
  shutdownGrace: {
    group: 'Timing',
    type: duration({ minimum: 0 }),
    description: 'How long everything may take to stop after the first signal before it is cut off',
    default: 30_000,
  },
  useKubeconfig: {
    group: 'Development cluster',
    type: boolean,
    description: 'Joins the cluster that $KUBECONFIG or ~/.kube/config names, which dev does not do unless told',
    default: false,
    only: 'dev',
  },
  kubeconfigOut: {
    group: 'Development cluster',
    type: file,
    description: 'Where the kubeconfig of the development cluster is written',
    defaultText: 'a file in the temporary directory',
    only: 'dev',
  },
  port: {
    group: 'Development cluster',
    type: integer({ minimum: 0, maximum: 65_535 }),
    description: 'The port of the development cluster on 127.0.0.1; 0 takes a free one',
    default: 0,
    only: 'dev',
  },
  logLevel: {
    group: 'Logging',
    type: choice(['debug', 'info', 'warn', 'error'] as const),
    description: 'The least important line that is written',
    default: 'info',
    developmentDefault: 'warn',
  },
  logFormat: {
    group: 'Logging',
    type: choice(['json', 'pretty', 'auto'] as const),
    description: 'One JSON object per line, or lines for people; auto is pretty on a terminal',
    default: 'auto',
  },
  metricsAddr: {
    group: 'Metrics and traces',
    type: listenAddress,
    description:
      'Serves /metrics on this address as well, over HTTPS and with the authentication of the kubelet API, which has them in any case for a single node; port 0 takes a free one',
  },
  healthAddr: {
    group: 'Metrics and traces',
    type: loopbackAddress,
    description:
      'Says ok at /healthz on this address of the machine itself, such as 127.0.0.1:10248, to anybody there; port 0 takes a free one',
  },
  traceExporter: {
    group: 'Metrics and traces',
    type: exporterList,
    description: 'Sends traces by OTLP, to where the OTEL_EXPORTER_OTLP_... variables say',
    defaultText: 'traces are sent when OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_TRACES_EXPORTER is set',
  },
  traceServiceName: {
    group: 'Metrics and traces',
    type: text('NAME'),
    description: 'The name of this service in the traces',
    defaultText: '$OTEL_SERVICE_NAME, else virtual-kubelet',
  },
  traceTag: {
    group: 'Metrics and traces',
    type: traceTags,
    description: 'Attributes that go with every trace; may be given several times',
  },
  traceSampleRate: {
    group: 'Metrics and traces',
    type: sampleRate,
    description: 'How many of the traces are kept, in percent',
    defaultText: 'as OTEL_TRACES_SAMPLER says, else always',
  },
  config: {
    group: 'General',
    type: file,
    description: 'Flags from a file, in TOML, YAML or JSON, by their names without the dashes',
  },
};

/** A flag with its key, for those who walk the table. The type of its value is known to the table only. */
export interface FlagEntry {
  readonly key: FlagKey;
  readonly definition: FlagDefinition<unknown>;
}

/** The flags that a command knows, in the order of the help. */
export function flagsOf(command: NodeCommand): readonly FlagEntry[] {
  return allFlags().filter(({ definition }) => definition.only === undefined || definition.only === command);
}

/** All flags, in the order of the help. */
export function allFlags(): readonly FlagEntry[] {
  const entries = Object.entries(flagTable) as [FlagKey, FlagDefinition<unknown>][];
  return flagGroups.flatMap((group) =>
    entries.filter(([, { group: own }]) => own === group).map(([key, definition]) => ({ key, definition })),
  );
}
