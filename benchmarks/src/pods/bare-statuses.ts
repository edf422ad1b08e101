import type { podResource, ResourceType } from '@vk/node';

type Pod = typeof podResource extends ResourceType<infer T> ? T : never;

/** What a bare loop says of a pod, as strategic merge patches of its status. */
export interface BareStatuses {
  running(pod: Pod): object;
  ended(pod: Pod): object;
}

/** The least that makes kubectl show the pod as Running, and that ends it. */
const least: BareStatuses = {
  running: () => {
    const startedAt = now();
    return {
      phase: 'Running',
      ...podAddresses,
      startTime: startedAt,
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: startedAt,
      })),
      containerStatuses: [{ ...container, ready: true, started: true, state: { running: { startedAt } } }],
    };
  },
  ended: () => ({
    phase: 'Succeeded',
    containerStatuses: [
      {
        ...container,
        ready: false,
        started: false,
        state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: now() } },
      },
    ],
  }),
};

/**
 * The status that a kubelet gives such a pod, and our mock node, too: all conditions of a node with the generation that they were
 * seen at, the id of the container, and no running state beside the terminated one.
 */
const whole: BareStatuses = {
  running: ({ metadata }) => {
    const startedAt = now();
    const observedGeneration = metadata?.generation;
    return {
      phase: 'Running',
      observedGeneration,
      ...podAddresses,
      startTime: startedAt,
      conditions: [...nodeConditions, 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        observedGeneration,
        lastTransitionTime: startedAt,
      })),
      containerStatuses: [
        {
          ...container,
          containerID: containerId(metadata?.uid),
          ready: true,
          started: true,
          state: { running: { startedAt } },
          lastState: {},
        },
      ],
    };
  },
  ended: ({ metadata, status }) => {
    const finishedAt = now();
    const observedGeneration = metadata?.generation;
    const containerID = containerId(metadata?.uid);
    const terminated = { containerID, exitCode: 0, reason: 'Completed', startedAt: status?.startTime, finishedAt };
    return {
      phase: 'Succeeded',
      observedGeneration,
      conditions: nodeConditions.map((type) => ({
        type,
        ...(type === 'PodReadyToStartContainers' ? {} : { reason: 'PodCompleted' }),
        observedGeneration,
        ...(type === 'Initialized' ? { status: 'True' } : { status: 'False', lastTransitionTime: finishedAt }),
      })),
      containerStatuses: [
        {
          ...container,
          containerID,
          ready: false,
          started: false,
          state: { running: null, terminated },
          lastState: {},
        },
      ],
    };
  },
};

export const bareStatuses = { least, whole } as const;

export function isBareStatusKind(kind: string): kind is keyof typeof bareStatuses {
  return kind in bareStatuses;
}

const nodeConditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady'];
const podAddresses = { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] };
const container = { name: 'main', image: 'localhost/busybox:1', imageID: '', restartCount: 0 };

function containerId(uid = ''): string {
  return `bare://${uid}/main/0`;
}

/** As the API keeps it: whole seconds. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
