import {
  defineProvider,
  formatPodRef,
  isTerminalPhase,
  NotFound,
  podRefOf,
  podRefOfStamp,
  podStatus,
} from '@vk/node/provider';
import type {
  BackendPod,
  GonePod,
  Pod,
  PodRef,
  PodStatus,
  PreparedPod,
  Provider,
  ProviderDefinition,
} from '@vk/node/provider';

/** A pod of the model whose container exits with this code as soon as it runs. */
export const exitCodeAnnotation = 'model.example.com/exit-code';

export interface ModelObject {
  prepared: PreparedPod;
  status: PodStatus;
}

/** What the model's pods live in. It outlives every connection. */
export interface ModelBackend {
  objects: ModelObject[];
  listeners: Set<(pod: BackendPod | GonePod) => void>;
}

export type ModelDefinition = ProviderDefinition<unknown, undefined>;

const startedAt = '2026-01-01T00:00:00Z';
const finishedAt = '2026-01-01T00:00:01Z';

export function runningStatus(pod: Pod): PodStatus {
  return podStatus(pod, { phase: 'Running', state: { running: { startedAt } }, startTime: startedAt });
}

export function endedStatus(pod: Pod, exitCode: number): PodStatus {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return podStatus(pod, {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    state: { terminated: { exitCode, reason, startedAt, finishedAt } },
    startTime: startedAt,
  });
}

export function backendPodOf({ prepared, status }: ModelObject): BackendPod {
  const { ownership, hash } = prepared;
  return { ref: podRefOfStamp(ownership), status, ownership, appliedHash: hash };
}

export function findObject(backend: ModelBackend, ref: PodRef): ModelObject | undefined {
  return backend.objects.find(({ prepared }) => prepared.ownership.uid === ref.uid);
}

export function addObject(backend: ModelBackend, prepared: PreparedPod): void {
  const exitCode = prepared.pod.metadata?.annotations?.[exitCodeAnnotation];
  const status = exitCode === undefined ? runningStatus(prepared.pod) : endedStatus(prepared.pod, Number(exitCode));
  const object = { prepared, status };
  backend.objects.push(object);
  tell(backend, object);
}

export function tell(backend: ModelBackend, object: ModelObject): void {
  for (const listener of backend.listeners) listener(backendPodOf(object));
}

async function existing(backend: ModelBackend, ref: PodRef): Promise<ModelObject> {
  const object = findObject(backend, ref);
  if (object === undefined) throw new NotFound(`there is no pod ${formatPodRef(ref)}`);
  return object;
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The right way: every method that a provider can have, in as few words as they can be said. */
function modelNode(backend: ModelBackend, nodeName: string): Provider {
  return {
    async createPod(prepared, call) {
      call.signal.throwIfAborted();
      if (findObject(backend, podRefOf(prepared.pod)) === undefined) addObject(backend, prepared);
    },
    async updatePod(prepared) {
      const object = await existing(backend, podRefOf(prepared.pod));
      object.prepared = prepared;
    },
    async deletePod(ref) {
      const object = await existing(backend, ref);
      if (isTerminalPhase(object.status.phase)) return;
      object.status = endedStatus(object.prepared.pod, 0);
      tell(backend, object);
    },
    async removePod(ref) {
      backend.objects = backend.objects.filter(({ prepared }) => prepared.ownership.uid !== ref.uid);
    },
    async getPod(ref) {
      const object = findObject(backend, ref);
      return object === undefined ? undefined : backendPodOf(object);
    },
    async getPodStatus(ref) {
      return findObject(backend, ref)?.status;
    },
    async getPods() {
      return backend.objects.filter(({ prepared }) => prepared.ownership.nodeName === nodeName).map(backendPodOf);
    },
    refuse(pod) {
      return pod.spec?.hostNetwork === true ? [{ field: 'spec.hostNetwork', message: 'there is no host' }] : [];
    },
    async notifyPods(onPod, call) {
      backend.listeners.add(onPod);
      await untilAborted(call.signal);
      backend.listeners.delete(onPod);
    },
    async ping() {
      // The backend is in memory: it always answers.
    },
    async configureNode() {
      return {
        capacity: { cpu: '4', memory: '8Gi', pods: '100' },
        conditions: [{ type: 'MemoryPressure', status: 'False' }],
      };
    },
    async close() {
      // Nothing is held open.
    },
    async *getContainerLogs(ref) {
      await existing(backend, ref);
      yield { bytes: Buffer.from('hello\n') };
    },
    async runInContainer(ref) {
      await existing(backend, ref);
      return { exitCode: 0 };
    },
    async attachToContainer(ref) {
      await existing(backend, ref);
    },
    async portForward(ref) {
      await existing(backend, ref);
    },
    async getExec(ref) {
      await existing(backend, ref);
      return address;
    },
    async getAttach(ref) {
      await existing(backend, ref);
      return address;
    },
    async getPortForward(ref) {
      await existing(backend, ref);
      return address;
    },
    async checkpointContainer(ref) {
      await existing(backend, ref);
      return { items: [] };
    },
  };
}

/** Nobody goes there: what is looked at is whether there is an answer. */
const address = { url: new URL('http://127.0.0.1/stream') };

export function modelDefinition(backend: ModelBackend): ModelDefinition {
  return defineProvider<unknown>({
    name: 'model',
    configSchema: {
      '~standard': {
        version: 1,
        vendor: 'model',
        validate: (value) =>
          typeof value === 'object' ? { value } : { issues: [{ message: 'must be an object', path: [] }] },
      },
    },
    injected: {
      'kube-api-access': 'omit',
      serviceLinks: 'deliver',
      dnsPolicy: 'deliver',
      terminationMessage: 'deliver',
      defaultTolerations: 'deliver',
    },
    create: (context) => modelNode(backend, context.nodeName),
  });
}
