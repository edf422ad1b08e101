import {
  defineProvider,
  NotFound,
  type Pod,
  type FieldError,
  type Provider,
  type ProviderDefinition,
} from '@vk/node/provider';
import type { ScriptedBackend } from './scripted-backend.ts';

export interface ScriptedProviderOptions {
  readonly backend: ScriptedBackend;
  /** Tells of changes by itself; otherwise it is polled. */
  readonly notifies: boolean;
  /** A provider that breaks its contract: it names every object of the backend, also those of others. */
  readonly namesObjectsOfOthers?: boolean;
  readonly refuse?: (pod: Pod) => readonly FieldError[];
}

/** A provider for tests, on a backend that outlives it. */
export function scriptedProvider(options: ScriptedProviderOptions): ProviderDefinition {
  return defineProvider({
    name: 'scripted',
    configSchema: { '~standard': { version: 1, vendor: 'tests', validate: (value) => ({ value }) } },
    injected: {
      'kube-api-access': 'omit',
      serviceLinks: 'deliver',
      dnsPolicy: 'deliver',
      terminationMessage: 'deliver',
      defaultTolerations: 'deliver',
    },
    pollIntervalMilliseconds: 25,
    create: ({ clusterId, nodeName }) => createProvider(options, clusterId, nodeName),
  });
}

function createProvider(
  { backend, notifies, namesObjectsOfOthers = false, refuse }: ScriptedProviderOptions,
  clusterId: string,
  nodeName: string,
): Provider {
  const provider: Provider = {
    async createPod(prepared, call) {
      await backend.begin({ method: 'createPod', ref: prepared.ownership }, call);
      backend.create(prepared);
    },
    async updatePod(prepared, _previous, call) {
      await backend.begin({ method: 'updatePod', ref: prepared.ownership }, call);
      backend.change(prepared.ownership.name, { prepared, appliedHash: prepared.hash });
    },
    async deletePod(ref, { gracePeriodSeconds }, call) {
      await backend.begin({ method: 'deletePod', ref, gracePeriodSeconds }, call);
      if (!backend.objects.has(ref.uid)) throw new NotFound('no such pod');
      if (backend.stopsAtOnce) backend.finish(ref.name, 0);
    },
    async removePod(ref, call) {
      await backend.begin({ method: 'removePod', ref }, call);
      backend.remove(ref.uid);
    },
    getPod: ({ uid }) => Promise.resolve(backend.objects.get(uid)),
    getPods() {
      backend.listings++;
      if (backend.listingError !== undefined) return Promise.reject(backend.listingError);
      const mine = [...backend.objects.values()].filter(
        ({ ownership }) =>
          namesObjectsOfOthers || (ownership?.clusterId === clusterId && ownership.nodeName === nodeName),
      );
      return Promise.resolve(mine);
    },
  };
  if (refuse !== undefined) provider.refuse = refuse;
  if (notifies) {
    provider.notifyPods = (onPod, { signal }) =>
      new Promise((resolve) => {
        const unsubscribe = backend.subscribe((pod) => {
          const stamp = 'gone' in pod ? undefined : pod.ownership;
          if ('gone' in pod || (stamp?.clusterId === clusterId && stamp.nodeName === nodeName)) onPod(pod);
        });
        signal.addEventListener(
          'abort',
          () => {
            unsubscribe();
            resolve();
          },
          { once: true },
        );
      });
  }
  return provider;
}
