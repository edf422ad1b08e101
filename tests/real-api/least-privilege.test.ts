import { OnExitForbiddenError, ClusterIdUnknownError } from '@vk/node';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderChart } from '../chart/render-chart.ts';
import type { AuditEvent } from '../cluster/audit-log.ts';
import { findControlPlane } from '../cluster/find-binaries.ts';
import { writeKubeconfig } from '../cluster/kubeconfig.ts';
import { startRealCluster, type RealCluster } from '../cluster/start-real-cluster.ts';
import { auditSummary, forbidden } from './audit-summary.ts';
import { collectionOf } from './collection-of.ts';
import { nodeLife } from './node-life.ts';
import { reportRealApi } from './report-real-api.ts';
import { runNode, shiftedClock, type RunningNode, type RunningNodeOptions } from './running-node.ts';

const binaries = findControlPlane();
const runs = 'found' in binaries;
reportRealApi('least privilege', [binaries]);

const tokenSeconds = 600;

interface TokenReview {
  readonly status: {
    readonly authenticated?: boolean;
    readonly user?: { readonly username: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  };
}

describe.skipIf(!runs)('with least privilege', () => {
  let started: RealCluster | undefined;
  const nodes: RunningNode[] = [];
  const cluster = (): RealCluster => {
    if (started === undefined) throw new Error('the cluster did not start');
    return started;
  };

  beforeAll(async () => {
    if ('found' in binaries) started = await startRealCluster(binaries.found);
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop();
  });
  afterAll(async () => {
    await started?.close();
  });

  const run = async (options: RunningNodeOptions): Promise<RunningNode> => {
    const node = await runNode(options);
    nodes.push(node);
    return node;
  };

  /** With a default service account, whoever makes those here. */
  const makeNamespace = async (name: string): Promise<void> => {
    const { client } = cluster();
    await client.json('POST', '/api/v1/namespaces', { metadata: { name } });
    await client
      .json('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } })
      .catch((error: unknown) => expect(error).toMatchObject({ code: 409 }));
  };

  /** The whole life of a node, with a token for one of its pods, and the requests of its user from beginning to end. */
  const liveThrough = async (
    user: string,
    namespace: string,
    options: Omit<RunningNodeOptions, 'clock'>,
  ): Promise<readonly AuditEvent[]> => {
    const clock = shiftedClock();
    // A short lease, so that it is renewed often, and made again after the Node was.
    // The taint is the default of the command.
    const taints = [{ key: 'virtual-kubelet.io/provider', value: 'mock', effect: 'NoSchedule' }];
    const node = await run({ ...options, clock, taints, leaseDurationSeconds: 4 });
    const { client } = cluster();
    const life = nodeLife({ client, nodeName: options.name, namespace });
    await life.live();

    await life.createPod('identified');
    const { metadata } = await life.untilPhase('identified', 'Running');
    const ref = { namespace, name: 'identified', uid: metadata.uid };
    const token = async (): Promise<string> => {
      const request = { audience: '', expirationSeconds: tokenSeconds };
      return (await node.context.getServiceAccountToken(ref, request, AbortSignal.timeout(10_000))).token;
    };
    const first = await token();
    const { status } = await client.json<TokenReview>('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      spec: { token: first },
    });
    expect(status.user).toMatchObject({
      username: `system:serviceaccount:${namespace}:default`,
      extra: { 'authentication.kubernetes.io/pod-uid': [metadata.uid] },
    });
    clock.forward(tokenSeconds * 0.75 * 1_000);
    expect(await token()).toBe(first);
    clock.forward(tokenSeconds * 0.1 * 1_000);
    expect(await token()).not.toBe(first);
    await life.deletePod('identified');
    await life.untilGone('identified');

    const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${options.name}`;
    await vi.waitFor(() => client.json('GET', lease), { timeout: 30_000, interval: 100 });
    await node.stop();
    return (await cluster().audit()).filter((event) => event.user.username === user);
  };

  const report = (who: string, events: readonly AuditEvent[]): void => {
    process.stdout.write(`requests of ${who}:\n${auditSummary(events).join('\n')}\n`);
  };

  it('lives as the service account of the chart, without one forbidden request', async () => {
    const { client, directory, url, caCertificate } = cluster();
    await makeNamespace('virtual');
    await makeNamespace('allowed');
    const manifests = await renderChart({
      name: 'vk',
      namespace: 'virtual',
      values: {
        image: { repository: 'virtual-kubelet' },
        node: { name: 'vk-account' },
        access: { namespaces: ['allowed'], serviceAccountTokens: true },
      },
    });
    for (const manifest of manifests) await client.json('POST', collectionOf(manifest), manifest);
    const account = '/api/v1/namespaces/virtual/serviceaccounts/vk/token';
    const { status } = await client.json<{ status: { token: string } }>('POST', account, { spec: {} });
    const kubeconfig = await writeKubeconfig(join(directory, 'account.kubeconfig'), {
      server: url,
      caCertificate,
      credentials: { token: status.token },
    });
    const user = 'system:serviceaccount:virtual:vk';
    const events = await liveThrough(user, 'allowed', { name: 'vk-account', kubeconfig });
    report(user, events);
    expect(auditSummary(forbidden(events))).toEqual([]);
    expect(events.length).toBeGreaterThan(50);
  }, 120_000);

  it('lives as system:node under the Node authorizer and NodeRestriction, with nothing forbidden but what its lag explains', async () => {
    await makeNamespace('of-a-node');
    const name = 'vk-identity';
    const user = `system:node:${name}`;
    const kubeconfig = await cluster().kubeconfigFor({ name: user, groups: ['system:nodes'] });
    const events = await liveThrough(user, 'of-a-node', {
      name,
      kubeconfig,
      clusterId: 'test-cluster',
      labels: { 'node.kubernetes.io/instance-type': 'virtual', 'example.com/site': 'hall-3' },
    });
    report(user, events);
    // The authorizer learns from its own watch which pods a node has: their objects may come a moment too early.
    const explained = ({ objectRef }: AuditEvent): boolean =>
      objectRef?.resource === 'configmaps' || objectRef?.resource === 'secrets';
    expect(auditSummary(forbidden(events).filter((event) => !explained(event)))).toEqual([]);
    const node = await cluster().client.json<{ metadata: object; spec: { taints: object[] } }>(
      'GET',
      `/api/v1/nodes/${name}`,
    );
    expect(node.metadata).toMatchObject({
      labels: { 'node.kubernetes.io/instance-type': 'virtual', 'example.com/site': 'hall-3' },
    });
    expect(node.spec.taints).toContainEqual(expect.objectContaining({ key: 'virtual-kubelet.io/provider' }));
  }, 120_000);

  describe('as system:node', () => {
    const asNode = async (name: string): Promise<RunningNodeOptions> => ({
      name,
      kubeconfig: await cluster().kubeconfigFor({ name: `system:node:${name}`, groups: ['system:nodes'] }),
      clusterId: 'test-cluster',
    });
    const nodesNamed = async (name: string): Promise<number> =>
      (await cluster().client.json<{ items: object[] }>('GET', `/api/v1/nodes?fieldSelector=metadata.name%3D${name}`))
        .items.length;

    it('refuses to start with --on-exit=delete, which a node may not do', async () => {
      const started = run({ ...(await asNode('vk-deletes')), onExit: 'delete' });
      await expect(started).rejects.toBeInstanceOf(OnExitForbiddenError);
      await expect(started).rejects.toThrow(/--on-exit/);
      expect(await nodesNamed('vk-deletes')).toBe(0);
    });

    it('refuses to start without a cluster id, and names the flag', async () => {
      const { clusterId: _none, ...options } = await asNode('vk-anywhere');
      const started = run(options);
      await expect(started).rejects.toBeInstanceOf(ClusterIdUnknownError);
      await expect(started).rejects.toThrow(/--cluster-id/);
      expect(await nodesNamed('vk-anywhere')).toBe(0);
    });

    it('fails with the words of NodeRestriction when it is to carry a label that a node may not give itself', async () => {
      const started = run({ ...(await asNode('vk-label')), labels: { 'node-restriction.kubernetes.io/zone': 'a' } });
      await expect(started).rejects.toThrow(/node-restriction\.kubernetes\.io\/zone/);
      expect(await nodesNamed('vk-label')).toBe(0);
    });
  });
});
