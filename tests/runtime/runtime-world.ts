import { createKubeClient, createNode, loadKubeConfig, systemClock } from '@vk/node';
import {
  defineProvider,
  silentLogger,
  type CallContext,
  type Pod,
  type PodRef,
  type Provider,
} from '@vk/node/provider';
import { criProvider } from '@vk/provider-cri';
import { vi } from 'vitest';
import { AnswerError } from '../cluster/cluster-client.ts';
import { startDevCluster } from '../cluster/start-dev-cluster.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import type { RuntimePrograms } from './find-runtime.ts';
import { cgroup, criConfig } from './cri-config.ts';
import { removeCgroups } from './remove-cgroups.ts';
import { startRuntime } from './start-runtime.ts';
import type { RunningRuntime } from './running-runtime.ts';

/** Far more than anything takes: a wait ends as soon as it comes true. */
export const patience = { timeout: 60_000, interval: 100 } as const;
const pods = '/api/v1/namespaces/default/pods';

export type ApiPod = Pod & { readonly metadata: { readonly name: string; readonly uid: string } };

/** A node on a container runtime of its own, on a development cluster. */
export interface RuntimeWorld {
  readonly runtime: RunningRuntime;
  readonly cluster: TestCluster;
  /** The provider of the process that runs now. */
  readonly provider: () => Provider;
  readonly call: CallContext;
  /** Creates a pod on the node and gives it as it is in the API. */
  createPod(name: string, spec: Pod['spec']): Promise<ApiPod>;
  readPod(name: string): Promise<ApiPod | undefined>;
  /** Waits until the pod in the API is as wanted. */
  podBecomes(name: string, what: string, isSo: (pod: ApiPod) => boolean): Promise<ApiPod>;
  podIsGone(name: string): Promise<void>;
  /** With grace as in the spec where none is given. */
  deletePod(name: string, gracePeriodSeconds?: number): Promise<void>;
  /** The events of a pod, as `reason: message`. */
  eventsOf(name: string): Promise<readonly string[]>;
  /** Ends the node's process, as far as the runtime and the API can tell, and starts another. */
  restartNode(): Promise<void>;
  close(): Promise<void>;
}

export async function startRuntimeWorld(programs: RuntimePrograms): Promise<RuntimeWorld> {
  const runtime = await startRuntime(programs);
  const cluster = await startDevCluster();
  const { client } = cluster;
  let node = await startNode(cluster, runtime);
  const readPod: RuntimeWorld['readPod'] = async (name) => {
    try {
      return await client.json<ApiPod>('GET', `${pods}/${name}`);
    } catch (error) {
      if (error instanceof AnswerError && error.code === 404) return undefined;
      throw error;
    }
  };
  return {
    runtime,
    cluster,
    provider: () => node.provider,
    call: { signal: new AbortController().signal, log: silentLogger },
    createPod: (name, spec) =>
      client.json<ApiPod>('POST', pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default' },
        spec: { ...spec, nodeName },
      }),
    readPod,
    podBecomes: (name, what, isSo) =>
      vi.waitFor(async () => {
        const pod = await readPod(name);
        if (pod === undefined || !isSo(pod)) {
          throw new Error(`pod ${name} is not ${what}: ${JSON.stringify(pod?.status, undefined, 1)}`);
        }
        return pod;
      }, patience),
    podIsGone: (name) =>
      vi.waitFor(async () => {
        if ((await readPod(name)) !== undefined) throw new Error(`pod ${name} is still there`);
      }, patience),
    deletePod: async (name, gracePeriodSeconds) => {
      await client.text('DELETE', `${pods}/${name}`, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
      });
    },
    eventsOf: async (name) => {
      const { items } = await client.json<{
        items: { involvedObject: { name?: string }; reason?: string; message?: string }[];
      }>('GET', '/api/v1/namespaces/default/events');
      return items
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
    restartNode: async () => {
      await node.stop();
      node = await startNode(cluster, runtime);
    },
    close: async () => {
      await node.stop();
      await cluster.close();
      await runtime.close();
      await removeCgroups(cgroup);
    },
  };
}

const nodeName = 'runtime-a';

interface NodeProcess {
  readonly provider: Provider;
  stop(): Promise<void>;
}

async function startNode(cluster: TestCluster, runtime: RunningRuntime): Promise<NodeProcess> {
  const client = createKubeClient({
    cluster: await loadKubeConfig({ path: cluster.kubeconfig, environment: {} }),
    clock: systemClock,
    userAgent: 'virtual-kubelet-tests',
  });
  let made: Provider | undefined;
  const provider = defineProvider({
    ...criProvider,
    create: async (
      context: Parameters<typeof criProvider.create>[0],
      connection: Parameters<typeof criProvider.create>[1],
    ) => {
      made = await criProvider.create(context, connection);
      return made;
    },
  });
  const node = createNode({
    name: nodeName,
    client,
    provider,
    config: criConfig(runtime, 'root'),
    onExit: 'leave',
  });
  const stopping = new AbortController();
  const running = node.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('the test is over'));
    try {
      await running;
    } finally {
      await client.close();
    }
  };
  running.catch(() => undefined);
  try {
    await Promise.race([node.ready, running]);
  } catch (error) {
    await client.close();
    throw error;
  }
  if (made === undefined) throw new Error('the provider was not made');
  return { provider: made, stop };
}

export function refOf({ metadata }: ApiPod): PodRef {
  return { namespace: 'default', name: metadata.name, uid: metadata.uid };
}
