import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevCluster } from '@vk/devcluster';
import { createKubeClient, isNotFound, loadKubeConfig, systemClock } from '@vk/node';
import type { KubeClient } from '@vk/node';

/** A development cluster, and how it is spoken to. */
export interface TestCluster {
  /** A client of its own, for what runs against the cluster. The caller closes it. */
  connect(): Promise<KubeClient>;
  /** Gives undefined for what is not there. */
  get<T>(path: string): Promise<T | undefined>;
  create<T>(path: string, body: unknown): Promise<T>;
  delete(path: string, body: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Starts a development cluster in this process, on a free port of the loopback interface. */
export async function startTestCluster(): Promise<TestCluster> {
  const cluster = await createDevCluster();
  const directory = await mkdtemp(join(tmpdir(), 'vk-testkit-'));
  const path = join(directory, 'kubeconfig');
  await cluster.writeKubeconfig(path);
  const connect = async (): Promise<KubeClient> =>
    createKubeClient({
      cluster: await loadKubeConfig({ path, environment: {} }),
      clock: systemClock,
      userAgent: 'vk-provider-testkit',
    });
  const client = await connect();
  const signal = new AbortController().signal;
  return {
    connect,
    get: <T>(target: string) =>
      client.request<T>({ verb: 'get', method: 'GET', path: target, signal }).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      }),
    create: <T>(target: string, body: unknown) =>
      client.request<T>({ verb: 'create', method: 'POST', path: target, body, signal }),
    async delete(target, body) {
      await client.request({ verb: 'delete', method: 'DELETE', path: target, body, signal });
    },
    async close() {
      await client.close();
      await cluster.close();
      await rm(directory, { recursive: true });
    },
  };
}
