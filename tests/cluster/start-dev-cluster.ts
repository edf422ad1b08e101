import { createDevCluster, systemClock } from '@vk/devcluster';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClusterClient } from './cluster-client.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { serviceAccountToken } from './service-accounts.ts';
import type { ObservedRequest, TestCluster } from './test-cluster.ts';

/** What a cluster may do otherwise than by default. */
export interface ClusterSettings {
  /** Whether WebSockets go through to nodes that declare that they take them; true by default, as in Kubernetes 1.36. */
  readonly extendWebSocketsToKubelet?: boolean;
}

/** The development cluster, in this process. */
export async function startDevCluster(settings: ClusterSettings = {}): Promise<TestCluster> {
  const requests: ObservedRequest[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'vk-test-devcluster-'));
  let behindMilliseconds = 0;
  const cluster = await createDevCluster({
    ...settings,
    clock: { ...systemClock, now: () => systemClock.now() - behindMilliseconds },
    intercept: ({ user, method, path, query }) => {
      requests.push({ user, method, path: query.size === 0 ? path : `${path}?${query.toString()}` });
      return undefined;
    },
  });
  const { url, caCertificate } = cluster;
  const client = createClusterClient({ server: url, caCertificate, credentials: { token: cluster.token } });
  const write = (name: string, credentials: Parameters<typeof writeKubeconfig>[1]['credentials']): Promise<string> =>
    writeKubeconfig(join(directory, name), { server: url, caCertificate, credentials });
  return {
    kind: 'development cluster',
    description: '@vk/devcluster',
    url,
    nodeAddress: '127.0.0.1',
    caCertificate,
    certificateAuthority: cluster.certificateAuthority,
    directory,
    kubeconfig: await write('admin.kubeconfig', { token: cluster.token }),
    client,
    schedules: true,
    kubeconfigFor: async (user) =>
      write(`${user.name.replaceAll(':', '-')}.kubeconfig`, await cluster.issueClientCertificate(user)),
    expiredToken: async (name) => {
      behindMilliseconds = 7_200_000;
      const token = await serviceAccountToken(client, { namespace: 'default', name });
      behindMilliseconds = 0;
      return token;
    },
    takeApiServerAway: () => cluster.close(),
    requestsOf: (user) => Promise.resolve(requests.filter((request) => request.user === user)),
    close: async () => {
      await client.close();
      await cluster.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
