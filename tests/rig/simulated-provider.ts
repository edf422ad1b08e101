import type { Clock } from '@vk/node';
import {
  defineProvider,
  NotFound,
  podRefOf,
  type BackendPod,
  type CallContext,
  type GonePod,
  type PodRef,
  type PreparedPod,
  type Provider,
  type ProviderDefinition,
} from '@vk/node/provider';
import type { History } from './history.ts';
import { isOurs, type SimulatedBackend } from './simulated-backend.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** What may go wrong between a call and the backend. A throw is the answer of the call. */
export interface ProviderFaults {
  /** Before the call has any effect. */
  before?(method: string, ref: PodRef | undefined, call: CallContext): Promise<void> | void;
  /** After its effect. */
  after?(method: string, ref: PodRef | undefined, call: CallContext): Promise<void> | void;
  /** Takes the place of what the backend does when it is asked to stop a pod. */
  stop?(ref: PodRef, graceSeconds: number): void;
  /** Takes the place of a notification. */
  notify?(pod: BackendPod | GonePod, deliver: (pod: BackendPod | GonePod) => void): void;
  /** Puts other methods in the place of the provider's own. */
  replace?: Partial<Provider>;
  /** Puts another provider around it, or in its place. */
  wrap?(provider: WrappedProvider): Provider;
}

/** The methods that the simulated provider has in any case. */
export type WrappedProvider = Provider & Required<Pick<Provider, 'removePod' | 'ping'>>;

export interface SimulatedProviderOptions {
  readonly backend: SimulatedBackend;
  readonly history: History;
  readonly process: SimulatedProcess;
  readonly clock: Clock;
  readonly notifying: boolean;
  readonly faults: ProviderFaults;
  readonly pollMilliseconds: number;
}

const anyConfig = { '~standard': { version: 1, vendor: 'rig', validate: (value: unknown) => ({ value }) } } as const;

/** The provider by which one process sees the backend. */
export function simulatedProvider(options: SimulatedProviderOptions): ProviderDefinition<unknown, undefined> {
  const { backend } = options;
  return defineProvider<unknown>({
    name: 'simulated',
    configSchema: anyConfig,
    injected: {
      'kube-api-access': 'omit',
      serviceLinks: 'omit',
      dnsPolicy: 'deliver',
      terminationMessage: 'deliver',
      defaultTolerations: 'deliver',
    },
    retention: () => backend.retention,
    pollIntervalMilliseconds: options.pollMilliseconds,
    create: ({ clusterId, nodeName }) => createProvider(options, { clusterId, nodeName }),
  });
}

function createProvider(
  { backend, history, process, notifying, faults }: SimulatedProviderOptions,
  identity: { readonly clusterId: string; readonly nodeName: string },
): Provider {
  /** A call into the backend, with what is scripted to go wrong with it. */
  async function reach<T>(method: string, ref: PodRef | undefined, call: CallContext, act: () => T): Promise<T> {
    call.signal.throwIfAborted();
    await faults.before?.(method, ref, call);
    await process.alive();
    const existed = ref !== undefined && backend.objects.has(ref.uid);
    history.add({ kind: 'call', by: process.name, method, uid: ref?.uid ?? '', existed });
    const result = act();
    await faults.after?.(method, ref, call);
    return result;
  }

  function existing(ref: PodRef): void {
    if (!backend.objects.has(ref.uid)) throw new NotFound(`there is no pod ${ref.namespace}/${ref.name}`);
  }

  const provider: WrappedProvider = {
    createPod: (pod, call) =>
      reach('createPod', podRefOf(pod.pod), call, () => {
        if (!backend.objects.has(pod.ownership.uid)) backend.create(pod.ownership, specOf(pod));
      }),

    updatePod: (pod, _previous, call) =>
      reach('updatePod', podRefOf(pod.pod), call, () => {
        existing(podRefOf(pod.pod));
        backend.update(pod.ownership.uid, specOf(pod));
      }),

    deletePod: (ref, { gracePeriodSeconds }, call) =>
      reach('deletePod', ref, call, () => {
        existing(ref);
        if (faults.stop !== undefined) faults.stop(ref, gracePeriodSeconds);
        else backend.stop(ref.uid, gracePeriodSeconds * 1000);
      }),

    removePod: (ref, call) =>
      reach('removePod', ref, call, () => {
        existing(ref);
        backend.take(ref.uid, 'removed');
      }),

    getPod: (ref, call) => reach('getPod', ref, call, () => backend.report(ref.uid)),

    getPods: (call) =>
      reach('getPods', undefined, call, () =>
        [...backend.objects.values()]
          .filter((object) => isOurs(object, identity))
          .flatMap(({ stamp }) => backend.report(stamp.uid) ?? []),
      ),

    ping: (call) => reach('ping', undefined, call, () => undefined),
    ...(notifying && {
      notifyPods: (onPod: (pod: BackendPod | GonePod) => void, { signal }: CallContext) =>
        new Promise<void>((resolve) => {
          const deliver = (pod: BackendPod | GonePod): void => {
            if (!process.isCut) onPod(pod);
          };
          const subscriber = (pod: BackendPod | GonePod): void => {
            if (faults.notify === undefined) deliver(pod);
            else faults.notify(pod, deliver);
          };
          backend.subscribers.add(subscriber);
          signal.addEventListener('abort', () => {
            backend.subscribers.delete(subscriber);
            resolve();
          });
        }),
    }),
  };
  const whole = { ...provider, ...faults.replace };
  return faults.wrap?.(whole) ?? whole;
}

function specOf({ pod, hash }: PreparedPod): { readonly hash: string; readonly image: string } {
  return { hash, image: pod.spec?.containers[0]?.image ?? '' };
}
