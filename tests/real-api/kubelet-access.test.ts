import type { IssuedCertificate } from '@vk/devcluster';
import { nodeClientCertificate, systemClock } from '@vk/node';
import { silentLogger } from '@vk/node/provider';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderChart } from '../chart/render-chart.ts';
import type { AuditEvent } from '../cluster/audit-log.ts';
import { findControlPlane } from '../cluster/find-binaries.ts';
import { writeKubeconfig } from '../cluster/kubeconfig.ts';
import { createKubectl } from '../cluster/kubectl.ts';
import { serviceAccountToken } from '../cluster/service-accounts.ts';
import { startRealCluster, type RealCluster } from '../cluster/start-real-cluster.ts';
import { testAddress } from '../cluster/test-address.ts';
import { call, type Caller } from '../kubelet-api/call.ts';
import { findKubectls } from '../kubectl/streams/find-kubectls.ts';
import { auditSummary, forbidden } from './audit-summary.ts';
import { collectionOf } from './collection-of.ts';
import { nodeLife } from './node-life.ts';
import { publicKeyOfRequest } from './public-key-of-request.ts';
import { reportRealApi } from './report-real-api.ts';
import { runNode, type RunningNode, type RunningNodeOptions } from './running-node.ts';

const binaries = findControlPlane();
const runs = 'found' in binaries;
reportRealApi('kubelet access', [binaries]);

interface Csr {
  readonly metadata: { readonly uid: string };
  readonly spec: { readonly request: string };
  readonly status?: object;
}

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const addresses = [{ type: 'InternalIP', address: testAddress }];
/** The default of the command: without it the pod of the chart's own Deployment could be given to the node. */
const taints = [{ key: 'virtual-kubelet.io/provider', value: 'mock', effect: 'NoSchedule' }];

describe.skipIf(!runs)('the kubelet API', () => {
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

  const run = async (options: RunningNodeOptions): Promise<number> => {
    nodes.push(await runNode({ addresses, taints, ...options }));
    const { client } = cluster();
    const { status } = await client.json<{
      status: { daemonEndpoints: { kubeletEndpoint: { Port: number } }; declaredFeatures?: readonly string[] };
    }>('GET', `/api/v1/nodes/${options.name}`);
    return status.daemonEndpoints.kubeletEndpoint.Port;
  };

  const ask = async (port: number, path: string, caller: Caller = {}): Promise<number> =>
    (await call(`https://${testAddress}:${port}`, { method: 'GET', path }, caller)).status;

  const account = (namespace: string, name: string): Promise<string> =>
    serviceAccountToken(cluster().client, { namespace, name });

  const refusedOf = async (user: string): Promise<readonly AuditEvent[]> =>
    forbidden((await cluster().audit()).filter((event) => event.user.username === user));

  /** What an approver does, and a signer where there is no controller manager. */
  const approveAndSign = async (
    path: string,
    request: Csr,
    options: { readonly usages: readonly ('server' | 'client')[]; readonly ipAddresses?: readonly string[] },
  ): Promise<void> => {
    const { client, certificateAuthority, signs } = cluster();
    const approved = { type: 'Approved', status: 'True', reason: 'Test', message: 'by the test' };
    const approval = { ...request, status: { conditions: [approved] } };
    const withApproval = await client.json<Csr>('PUT', `${path}/approval`, approval);
    if (signs) return;
    const key = publicKeyOfRequest(Buffer.from(request.spec.request, 'base64').toString());
    const certificate = await certificateAuthority.sign(key, {
      commonName: `system:node:${path.split('-').slice(3).join('-')}`,
      organizations: ['system:nodes'],
      ...options,
      days: 1,
      now: Date.now(),
    });
    const status = { ...withApproval.status, certificate: Buffer.from(certificate).toString('base64') };
    await client.json('PUT', `${path}/status`, { ...withApproval, status });
  };

  const issueAdmin = (): Promise<IssuedCertificate> =>
    cluster().certificateAuthority.issue({
      commonName: 'admin',
      organizations: ['system:masters'],
      usages: ['client'],
      days: 1,
      now: Date.now(),
    });

  /** A pod on the node, its log, and a command in it by each kubectl that there is. */
  const lookIntoPod = async (nodeName: string, namespace: string): Promise<void> => {
    const { client, kubeconfig, directory } = cluster();
    const life = nodeLife({ client, nodeName, namespace });
    await life.createPod('seen', { annotations: { 'mock.virtual-kubelet.io/stdout': 'a line' } });
    await life.untilPhase('seen', 'Running');
    try {
      expect(await client.text('GET', `/api/v1/namespaces/${namespace}/pods/seen/log`)).toBe('a line\n');
      for (const { program } of findKubectls()) {
        const kubectl = createKubectl({ program, kubeconfig, directory });
        expect(await kubectl('logs', '-n', namespace, 'seen', '--timestamps')).toContain(' a line\n');
        expect(await kubectl('exec', '-n', namespace, 'seen', '--', 'echo', 'hello')).toBe('hello\n');
      }
    } finally {
      await life.deletePod('seen', { force: true });
    }
  };

  /** That the node asks the API server who comes and what they may; who is kept out has tests of its own. */
  const expectGuarded = async (port: number): Promise<void> => {
    expect(await ask(port, '/pods')).toBe(401);
    expect(await ask(port, '/pods', { token: 'made-up' })).toBe(401);
    expect(await ask(port, '/pods', { identity: await issueAdmin() })).toBe(200);
    expect(await ask(port, '/pods', { token: await account('default', 'nothing') })).toBe(403);
  };

  it('works as the service account of the chart, with the client CA that the cluster publishes, and without a forbidden request', async () => {
    const { client, directory, url, caCertificate } = cluster();
    for (const namespace of ['virtual', 'served'])
      await client.json('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    await account('served', 'default');
    const manifests = await renderChart({
      name: 'vk',
      namespace: 'virtual',
      values: {
        image: { repository: 'virtual-kubelet' },
        node: { name: 'vk-served' },
        kubeletApi: { servingCertificate: 'csr' },
        access: { namespaces: ['served'] },
      },
    });
    for (const manifest of manifests) await client.json('POST', collectionOf(manifest), manifest);
    const kubeconfig = await writeKubeconfig(join(directory, 'served.kubeconfig'), {
      server: url,
      caCertificate,
      credentials: { token: await account('virtual', 'vk') },
    });
    // A request that a process before it left behind: its key is gone with it.
    const name = 'vk-served';
    const first = await runNode({
      name,
      kubeconfig,
      addresses,
      taints,
      kubeletApi: { servingCertificate: { kind: 'csr' } },
    });
    const path = `${requests}/virtual-kubelet-serving-${name}`;
    const before = await vi.waitFor(() => client.json<Csr>('GET', path), { timeout: 10_000 });
    await first.stop();

    const port = await run({ name, kubeconfig, kubeletApi: { servingCertificate: { kind: 'csr' } } });
    const request = await vi.waitFor(
      async () => {
        const current = await client.json<Csr>('GET', path);
        expect(current.metadata.uid).not.toBe(before.metadata.uid);
        return current;
      },
      { timeout: 10_000 },
    );
    await expect(ask(port, '/pods')).rejects.toThrow(/handshake failure/);
    await approveAndSign(path, request, { usages: ['server'], ipAddresses: [testAddress] });
    await vi.waitFor(async () => expect(await ask(port, '/pods')).toBe(401), { timeout: 10_000 });
    const shown = await new Promise<boolean>((resolve, reject) => {
      const socket = connect({ host: testAddress, port, ca: caCertificate }, () => {
        resolve(socket.authorized);
        socket.destroy();
      }).on('error', reject);
    });
    expect(shown).toBe(true);

    await expectGuarded(port);
    await lookIntoPod(name, 'served');
    expect(auditSummary(await refusedOf('system:serviceaccount:virtual:vk'))).toEqual([]);
  }, 120_000);

  it('works as system:node with the client CA in a file, and without a forbidden request', async () => {
    const { directory, caCertificate, client } = cluster();
    const clientCaFile = join(directory, 'client-ca.crt');
    await writeFile(clientCaFile, caCertificate);
    const name = 'vk-as-node';
    const user = `system:node:${name}`;
    const kubeconfig = await cluster().kubeconfigFor({ name: user, groups: ['system:nodes'] });
    const port = await run({ name, kubeconfig, clusterId: 'test', kubeletApi: { clientCaFile } });
    await expectGuarded(port);
    await lookIntoPod(name, 'default');
    expect(auditSummary(await refusedOf(user))).toEqual([]);
    const { status } = await client.json<{ status: { declaredFeatures?: readonly string[] } }>(
      'GET',
      `/api/v1/nodes/${name}`,
    );
    expect(status.declaredFeatures).toEqual(['ExtendWebSocketsToKubelet']);
  }, 120_000);

  it('never takes the CA of the kubeconfig for that of clients: as system:node without a file, a certificate of it is 401', async () => {
    const name = 'vk-no-client-ca';
    const user = `system:node:${name}`;
    const kubeconfig = await cluster().kubeconfigFor({ name: user, groups: ['system:nodes'] });
    const port = await run({ name, kubeconfig, clusterId: 'test', kubeletApi: {} });
    expect(await ask(port, '/pods', { identity: await issueAdmin() })).toBe(401);
    expect(auditSummary(await refusedOf(user))).toEqual([]);
  }, 60_000);

  it('is had from nothing but bootstrap credentials: the node asks for who it is, and is that from then on', async () => {
    const { client, directory } = cluster();
    const name = 'bootstrapped';
    const user = `system:bootstrap:${name}`;
    await client.json('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'bootstrappers' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node-bootstrapper' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
    });
    const kubeconfig = join(directory, 'bootstrapped', 'kubeconfig');
    const identity = nodeClientCertificate({
      nodeName: name,
      kubeconfigPath: kubeconfig,
      bootstrapKubeconfigPath: await cluster().kubeconfigFor({ name: user, groups: ['system:bootstrappers'] }),
      directory: join(directory, 'bootstrapped'),
      environment: {},
      clock: systemClock,
      log: silentLogger,
    });
    const done = identity.bootstrap(AbortSignal.timeout(30_000));
    const path = `${requests}/virtual-kubelet-client-${name}`;
    const request = await vi.waitFor(() => client.json<Csr>('GET', path), { timeout: 10_000 });
    await approveAndSign(path, request, { usages: ['client'] });
    await done;
    expect(await run({ name, kubeconfig, clusterId: 'test', kubeletApi: {} })).toBeGreaterThan(0);
    const events = await cluster().audit();
    expect(events.some((event) => event.user.username === `system:node:${name}`)).toBe(true);
    expect(auditSummary([...(await refusedOf(user)), ...(await refusedOf(`system:node:${name}`))])).toEqual([]);
  }, 60_000);

  it('is not served with credentials that may have nothing reviewed', async () => {
    const { client } = cluster();
    const user = 'just-a-node';
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    await client.json('POST', `${rbac}/clusterroles`, {
      metadata: { name: user },
      rules: [
        {
          apiGroups: [''],
          resources: ['nodes', 'nodes/status', 'pods', 'pods/status', 'services', 'events'],
          verbs: ['*'],
        },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['*'] },
      ],
    });
    await client.json('POST', `${rbac}/clusterrolebindings`, {
      metadata: { name: user },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
    });
    const kubeconfig = await cluster().kubeconfigFor({ name: user, groups: [] });
    expect(await run({ name: 'vk-unserved', kubeconfig, clusterId: 'test', kubeletApi: {} })).toBe(0);
    expect(auditSummary(await refusedOf(user))).toEqual([]);
  }, 60_000);
});
