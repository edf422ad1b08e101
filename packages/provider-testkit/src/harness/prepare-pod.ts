import { createHash, randomUUID } from 'node:crypto';
import { podRefOf } from '@vk/node/provider';
import type { ExpandedArgument, OwnershipStamp, Pod, PreparedPod } from '@vk/node/provider';
import type { PodTemplate } from '../conformance-options.ts';
import { deepFreeze } from './deep-freeze.ts';

/** A shell that ends when it is told to: the first process of a container gets no default handling of signals. */
const runsUntilStopped: PodTemplate = {
  spec: {
    containers: [
      { name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'trap "exit 0" TERM; sleep infinity & wait'] },
    ],
  },
};

export const defaultPod: PodTemplate = runsUntilStopped;

/** Which pod, and whose. */
export interface PodIdentity {
  readonly clusterId: string;
  readonly nodeName: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
}

/** An API pod as an API server would give it: named, with a UID, bound to a node, with the defaults that matter. */
export function apiPod(template: PodTemplate, identity: PodIdentity): Pod {
  const { name, nodeName, namespace = 'default', uid = randomUUID() } = identity;
  const { containers, ...spec } = template.spec ?? { containers: [] };
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name, namespace, uid, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
      dnsPolicy: 'ClusterFirst',
      ...spec,
      nodeName,
      containers: structuredClone(containers),
    },
    status: { phase: 'Pending' },
  });
}

/** A pod as the core hands it to a provider: deep-frozen, without variables and volumes. */
export function preparedPod(pod: Pod, owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>): PreparedPod {
  const { clusterId, nodeName } = owner;
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  return deepFreeze({
    pod,
    environment: Object.fromEntries(
      containers.map(({ name, command, args }) => [
        name,
        {
          variables: [],
          ...(command !== undefined && { command: plainWords(command) }),
          ...(args !== undefined && { args: plainWords(args) }),
        },
      ]),
    ),
    volumes: [],
    ownership: { clusterId, nodeName, ...podRefOf(pod) },
    hash: createHash('sha256').update(JSON.stringify(pod.spec)).digest('hex').slice(0, 16),
  });
}

function plainWords(words: readonly string[]): ExpandedArgument[] {
  return words.map((text) => ({ text, secret: false }));
}
