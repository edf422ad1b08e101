import { defineProvider, NotFound, podRefOf, podStatus, Unsupported } from '@vk/node/provider';
import type { BackendPod, Provider, ProviderDefinition } from '@vk/node/provider';
import { z } from 'zod';

/** A provider that greets: its pods "run" in a map of this process until they are deleted. */
export const provider: ProviderDefinition<{ greeting: string }, undefined> = defineProvider({
  name: 'hello',
  configSchema: z.strictObject({ greeting: z.string().default('Hello').describe('What a new pod is greeted with.') }),
  injected: {
    'kube-api-access': 'omit', // Nothing could read the token.
    serviceLinks: 'deliver',
    dnsPolicy: 'deliver',
    terminationMessage: 'deliver',
    defaultTolerations: 'deliver',
  },
  retention: () => 'dies-with-process',
  pollIntervalMilliseconds: 1_000,
  create({ clock, config, log }): Provider {
    const pods = new Map<string, BackendPod>();
    const now = (): string => new Date(clock.now()).toISOString();
    return {
      async createPod({ pod, ownership, hash }) {
        const ref = podRefOf(pod);
        if (pods.has(ref.uid)) return; // Created before: the same UID is the same pod.
        log.info(`${config.greeting}, pod`, { name: ref.name });
        const status = podStatus(pod, { phase: 'Running', state: { running: { startedAt: now() } }, startTime: now() });
        pods.set(ref.uid, { ref, ownership, appliedHash: hash, status });
      },
      async updatePod() {
        throw new Unsupported('a greeting cannot be taken back');
      },
      async deletePod({ uid }) {
        const found = pods.get(uid);
        if (found === undefined) throw new NotFound(`there is no pod ${uid}`);
        if (found.status?.phase === 'Succeeded') return;
        const state = { terminated: { exitCode: 0, reason: 'Completed', finishedAt: now() } };
        const containerStatuses = found.status?.containerStatuses?.map((one) => ({ ...one, state, ready: false }));
        pods.set(uid, { ...found, status: { ...found.status, phase: 'Succeeded', containerStatuses } });
      },
      removePod: async ({ uid }) => void pods.delete(uid),
      getPod: async ({ uid }) => pods.get(uid),
      getPods: async () => [...pods.values()],
    };
  },
});
