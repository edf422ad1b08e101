import { isTerminalPhase, NotFound, podRefOf } from '@vk/node/provider';
import type { PodStatus, Provider } from '@vk/node/provider';
import {
  addObject,
  backendPodOf,
  endedStatus,
  findObject,
  runningStatus,
  tell,
  type ModelBackend,
  type ModelDefinition,
  type ModelObject,
} from './model-provider.ts';

const address = { url: new URL('http://127.0.0.1/stream') };

/** Breaks one rule of a right provider. */
export type Breaker = (right: ModelDefinition, backend: ModelBackend) => ModelDefinition;

type Methods = (right: Provider, backend: ModelBackend) => Partial<Provider>;

/** Replaces methods of the provider. */
function methods(replace: Methods): Breaker {
  return (right, backend) => ({
    ...right,
    create: async (context, connection) => {
      const provider = await right.create(context, connection);
      return { ...provider, ...replace(provider, backend) };
    },
  });
}

/** Changes every object that is listed. */
function listing(change: (objects: ModelObject[]) => ModelObject[]): Breaker {
  return methods((_right, backend) => ({ getPods: async () => change(backend.objects).map(backendPodOf) }));
}

/** Changes every status. */
function statuses(change: (status: PodStatus) => PodStatus): Breaker {
  return methods((right) => ({
    getPodStatus: async (ref, call) => {
      const status = await right.getPodStatus?.(ref, call);
      return status === undefined ? undefined : change(status);
    },
  }));
}

function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

async function nothing(): Promise<void> {
  // What should be done here is not done: that is the fault.
}

const otherExitCode = statuses((status) => ({
  ...status,
  containerStatuses: (status.containerStatuses ?? []).map((container) => ({
    ...container,
    ...(container.state?.terminated !== undefined && { state: { terminated: { exitCode: 1, reason: 'Error' } } }),
  })),
}));

/** Forgets at a restart, though it is declared to be durable. */
const forgetful: Breaker = (right, backend) => ({
  ...right,
  connect: async () => {
    backend.objects = [];
    return undefined;
  },
});

/** For the case of each name, a provider that breaks its rule. */
export const breakers: Readonly<Record<string, Breaker>> = {
  'create-is-idempotent': methods((_right, backend) => ({
    createPod: async (prepared) => addObject(backend, prepared),
  })),
  'concurrent-creates-of-one-pod': methods((_right, backend) => ({
    createPod: async (prepared) => {
      const known = findObject(backend, podRefOf(prepared.pod));
      await Promise.resolve();
      if (known === undefined) addObject(backend, prepared);
    },
  })),
  'concurrent-creates-of-many-pods': methods((right) => {
    let busy = false;
    return {
      createPod: async (prepared, call) => {
        if (busy) return;
        busy = true;
        await right.createPod(prepared, call);
        busy = false;
      },
    };
  }),
  'aborted-create-can-be-tried-again': methods((right) => {
    const spoilt = new Set<string>();
    return {
      createPod: async (prepared, call) => {
        const { uid } = podRefOf(prepared.pod);
        await Promise.resolve();
        if (call.signal.aborted) spoilt.add(uid);
        if (spoilt.has(uid)) throw new Error('this name is taken');
        await right.createPod(prepared, call);
      },
    };
  }),
  'a-name-again-is-another-pod': methods((_right, backend) => ({
    createPod: async (prepared) => {
      const { name } = podRefOf(prepared.pod);
      backend.objects = backend.objects.filter((object) => object.prepared.ownership.name !== name);
      addObject(backend, prepared);
    },
  })),
  'absent-is-undefined': methods((_right, backend) => ({
    getPod: async ({ name }) => {
      const found = backend.objects.find(({ prepared }) => prepared.ownership.name === name);
      return found === undefined ? undefined : backendPodOf(found);
    },
  })),
  'pods-outlive-the-process': forgetful,
  'create-after-restart-adopts': methods((_right, backend) => {
    const known = new Set<string>();
    return {
      createPod: async (prepared) => {
        const { uid } = podRefOf(prepared.pod);
        if (!known.has(uid)) addObject(backend, prepared);
        known.add(uid);
      },
    };
  }),
  'one-pod-carries-its-stamp': methods((right) => ({
    getPod: async (ref, call) => {
      const found = await right.getPod(ref, call);
      return found === undefined ? undefined : { ...found, ownership: { ...findStamp(found), clusterId: 'other' } };
    },
  })),
  'listed-pods-carry-their-stamp': methods((right) => ({
    getPods: async (call) => (await right.getPods(call)).map(({ appliedHash: _appliedHash, ...pod }) => pod),
  })),
  'only-this-node-is-listed': listing((objects) => objects),
  'delete-leaves-the-others': methods((_right, backend) => ({
    deletePod: async () => {
      for (const object of backend.objects) object.status = endedStatus(object.prepared.pod, 0);
    },
  })),
  'update-stores-the-hash': methods(() => ({ updatePod: nothing })),
  'remove-frees-the-pod': methods(() => ({ removePod: nothing })),
  'a-pod-comes-to-run': statuses(({ containerStatuses: _containerStatuses, ...status }) => status),
  'status-is-wire-json': statuses((status) => ({ ...status, startTime: new Date(0) as unknown as string })),
  'exit-codes-are-kept': otherExitCode,
  'delete-ends-in-a-terminal-status': methods((right, backend) => ({
    deletePod: async (ref, options, call) => {
      await right.deletePod(ref, options, call);
      backend.objects = backend.objects.filter(({ prepared }) => prepared.ownership.uid !== ref.uid);
    },
  })),
  'terminal-phases-are-sticky': methods((right, backend) => ({
    createPod: async (prepared, call) => {
      await right.createPod(prepared, call);
      const object = findObject(backend, podRefOf(prepared.pod));
      if (object !== undefined) object.status = runningStatus(prepared.pod);
    },
  })),
  'pod-status-agrees': methods((right) => ({
    getPodStatus: async (ref, call) => (await right.getPodStatus?.(ref, call)) ?? { phase: 'Unknown' },
  })),
  'changes-are-notified': methods(() => ({ notifyPods: nothing })),
  'notifications-end-on-abort': methods(() => ({ notifyPods: never })),
  'a-second-subscription-works': methods((right) => {
    let subscribed = false;
    return {
      notifyPods: async (onPod, call) => {
        if (subscribed) return;
        subscribed = true;
        await right.notifyPods?.(onPod, call);
      },
    };
  }),
  'definition-carries-the-contract-version': (right) => ({ ...right, specificationVersion: 'v0' as 'v1' }),
  'injected-policy-is-complete': (right) => ({
    ...right,
    injected: { ...right.injected, dnsPolicy: 'whatever' as 'deliver' },
  }),
  'config-is-checked': (right) => ({
    ...right,
    configSchema: { '~standard': { ...right.configSchema['~standard'], validate: (value) => ({ value }) } },
  }),
  'refuse-is-pure': methods(() => {
    let calls = 0;
    return {
      refuse: () => {
        calls += 1;
        return calls === 1 ? [] : [{ field: 'spec', message: 'not twice' }];
      },
    };
  }),
  'refuse-names-fields': methods(() => ({ refuse: () => [{ field: 'spec', message: 'something is wrong' }] })),
  'node-shape-is-usable': methods(() => ({
    configureNode: async () => ({ conditions: [{ type: 'Ready', status: 'True' }] }),
  })),
  'getContainerLogs-of-an-unknown-pod': methods(() => ({ getContainerLogs: async function* () {} })),
  'runInContainer-of-an-unknown-pod': methods(() => ({ runInContainer: async () => ({ exitCode: 0 }) })),
  'attachToContainer-of-an-unknown-pod': methods(() => ({ attachToContainer: nothing })),
  'portForward-of-an-unknown-pod': methods(() => ({ portForward: () => Promise.reject(new Error('no such thing')) })),
  'getExec-of-an-unknown-pod': methods(() => ({ getExec: async () => address })),
  'getAttach-of-an-unknown-pod': methods(() => ({ getAttach: async () => address })),
  'getPortForward-of-an-unknown-pod': methods(() => ({ getPortForward: async () => address })),
  'checkpointContainer-of-an-unknown-pod': methods(() => ({ checkpointContainer: async () => ({ items: [] }) })),
  'delete-of-an-unknown-pod': methods((right) => ({
    deletePod: (ref, options, call) =>
      right.deletePod(ref, options, call).catch((error: unknown) => {
        if (NotFound.isInstance(error)) throw new Error('there is no such pod');
        throw error;
      }),
  })),
  'delete-again-with-a-shorter-grace': methods((right) => ({
    deletePod: async (ref, options, call) => {
      if (options.gracePeriodSeconds === 0) throw new Error('the pod is being deleted already');
      await right.deletePod(ref, options, call);
    },
  })),
  'delete-without-the-api-pod': methods((right) => ({
    deletePod: async (ref, options, call) => {
      if (options.pod === undefined) throw new TypeError('there is no pod');
      await right.deletePod(ref, options, call);
    },
  })),
  'aborted-calls-settle': methods((right) => ({
    getPods: (call) => (call.signal.aborted ? never() : right.getPods(call)),
  })),
  'ping-answers': methods(() => ({ ping: never })),
  'close-settles': methods(() => ({ close: never })),

  'node-becomes-ready': methods(() => ({
    ping: () => Promise.reject(new Error('the backend is away')),
  })),
  'pod-runs-through-the-api': listing((objects) => [...objects, ...objects]),
  'failed-pod-keeps-its-exit-code': methods((_right, backend) => ({
    createPod: async (prepared) => {
      addObject(backend, prepared);
      const object = findObject(backend, podRefOf(prepared.pod));
      if (object === undefined || !isTerminalPhase(object.status.phase)) return;
      object.status = endedStatus(prepared.pod, 1);
      tell(backend, object);
    },
  })),
  'config-map-reaches-the-provider': methods(() => ({ refuse: () => [{ field: 'spec', message: 'nothing is good' }] })),
  'graceful-delete-ends': methods(() => ({ deletePod: nothing })),
  'forced-delete-frees-the-backend': methods(() => ({ removePod: nothing })),
  'refused-pod-is-reported': methods(() => ({ refuse: () => [] })),
  'restart-adopts': forgetful,
};

function findStamp(pod: {
  readonly ownership?: ModelObject['prepared']['ownership'];
}): ModelObject['prepared']['ownership'] {
  if (pod.ownership === undefined) throw new TypeError('the model always has a stamp');
  return pod.ownership;
}
