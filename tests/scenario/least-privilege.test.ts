import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderChart } from '../chart/render-chart.ts';
import { writeKubeconfig } from '../cluster/kubeconfig.ts';
import { startDevCluster } from '../cluster/start-dev-cluster.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { collectionOf } from '../real-api/collection-of.ts';
import { nodeLife } from '../real-api/node-life.ts';
import { runNode, type RunningNode } from '../real-api/running-node.ts';

/** The same on a real API server, with its audit log, is in `real-api`. */
describe('a node lives with no more rights than it needs', () => {
  let cluster: TestCluster;
  let node: RunningNode | undefined;
  const namespace = `allowed-${randomUUID().slice(0, 8)}`;

  beforeEach(async () => {
    cluster = await startDevCluster();
    await cluster.client.json('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  });
  afterEach(async () => {
    await node?.stop();
    node = undefined;
    await cluster.close();
  });

  /** The whole life of a node; gives the number of requests that its user made. */
  const liveThrough = async (name: string, user: string, kubeconfig: string): Promise<number> => {
    const taints = [{ key: 'virtual-kubelet.io/provider', value: 'mock', effect: 'NoSchedule' }];
    node = await runNode({ name, kubeconfig, taints, leaseDurationSeconds: 4, clusterId: 'test-cluster' });
    await nodeLife({ client: cluster.client, nodeName: name, namespace }).live();
    await node.stop();
    node = undefined;
    return (await cluster.requestsOf(user)).length;
  };

  it('as the service account of the chart', async () => {
    const { client, directory, url, caCertificate } = cluster;
    await client.json('POST', '/api/v1/namespaces', { metadata: { name: 'virtual' } });
    const manifests = await renderChart({
      name: 'vk',
      namespace: 'virtual',
      values: {
        image: { repository: 'virtual-kubelet' },
        node: { name: 'vk-account' },
        access: { namespaces: [namespace], serviceAccountTokens: true },
      },
    });
    for (const manifest of manifests.filter(({ kind }) => /^ServiceAccount$|Role/.test(kind))) {
      await client.json('POST', collectionOf(manifest), manifest);
    }
    const account = '/api/v1/namespaces/virtual/serviceaccounts/vk/token';
    const { status } = await client.json<{ status: { token: string } }>('POST', account, { spec: {} });
    const credentials = { token: status.token };
    const kubeconfig = await writeKubeconfig(join(directory, 'account.kubeconfig'), {
      server: url,
      caCertificate,
      credentials,
    });
    const requests = await liveThrough('vk-account', 'system:serviceaccount:virtual:vk', kubeconfig);
    expect(requests).toBeGreaterThan(20);
  });

  it('as system:node, under the Node authorizer and NodeRestriction', async () => {
    const user = 'system:node:vk-identity';
    const kubeconfig = await cluster.kubeconfigFor({ name: user, groups: ['system:nodes'] });
    expect(await liveThrough('vk-identity', user, kubeconfig)).toBeGreaterThan(20);
  });
});
