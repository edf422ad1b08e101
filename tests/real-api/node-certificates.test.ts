import { nodeClientCertificate, createKubeClient, loadKubeConfig } from '@vk/node';
import { silentLogger } from '@vk/node/provider';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChildProgram } from '../cluster/child-program.ts';
import { findControlPlane, findKubectl } from '../cluster/find-binaries.ts';
import { writeKubeconfig } from '../cluster/kubeconfig.ts';
import { createKubectl, type Kubectl } from '../cluster/kubectl.ts';
import { startRealCluster, type RealCluster } from '../cluster/start-real-cluster.ts';
import { testAddress } from '../cluster/test-address.ts';
import { startVirtualKubelet } from '../cluster/virtual-kubelet.ts';
import { auditSummary, forbidden } from './audit-summary.ts';
import { nodeLife } from './node-life.ts';
import { reportRealApi } from './report-real-api.ts';
import { runNode, shiftedClock, type RunningNode, type RunningNodeOptions } from './running-node.ts';

const binaries = findControlPlane();
const program = findKubectl();
const signer =
  'found' in binaries && binaries.found.controllerManager === undefined
    ? { missing: 'there is no kube-controller-manager to sign certificates' }
    : { found: 'kube-controller-manager' };
const runs = 'found' in binaries && 'found' in program && 'found' in signer;
reportRealApi('node certificates', [binaries, program, signer]);

const patience = { timeout: 60_000, interval: 200 } as const;
const yearMilliseconds = 365 * 86_400_000;
const csrRoles = 'system:certificates.k8s.io:certificatesigningrequests';

describe.skipIf(!runs)('on an API server that verifies nodes', () => {
  let started: RealCluster | undefined;
  let clientCaFile = '';
  const nodes: RunningNode[] = [];
  const processes: ChildProgram[] = [];
  const cluster = (): RealCluster => {
    if (started === undefined) throw new Error('the cluster did not start');
    return started;
  };
  const kubectl = (): Kubectl => {
    const { kubeconfig, directory } = cluster();
    return createKubectl({ program: 'found' in program ? program.found : '', kubeconfig, directory });
  };

  /** What kubeadm binds. */
  const bind = async (group: string, role: string): Promise<void> => {
    const name = `${group}-${role}`.replaceAll(':', '-');
    await kubectl()('create', 'clusterrolebinding', name, `--group=${group}`, `--clusterrole=${role}`);
  };

  beforeAll(async () => {
    if (!('found' in binaries)) return;
    started = await startRealCluster(binaries.found, { verifiesNodes: true });
    clientCaFile = join(started.directory, 'client-ca.crt');
    await writeFile(clientCaFile, started.caCertificate);
    await bind('system:bootstrappers', 'system:node-bootstrapper');
    await bind('system:bootstrappers', `${csrRoles}:nodeclient`);
    await bind('system:nodes', `${csrRoles}:selfnodeclient`);
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop();
    for (const process of processes.splice(0)) await process.stop();
  });
  afterAll(async () => {
    await started?.close();
  });

  const run = async (options: Omit<RunningNodeOptions, 'addresses' | 'clusterId'>): Promise<void> => {
    const addresses = [{ type: 'InternalIP', address: testAddress }];
    nodes.push(await runNode({ addresses, clusterId: 'test', ...options }));
  };

  /** A running pod on the node, and a command in it. */
  const podOn = async (nodeName: string): Promise<() => ReturnType<Kubectl['attempt']>> => {
    const { client } = cluster();
    const name = `on-${nodeName}`;
    const life = nodeLife({ client, nodeName, namespace: 'default' });
    await life.createPod(name);
    await life.untilPhase(name, 'Running');
    return () => kubectl().attempt('exec', name, '--', 'echo', 'hello');
  };

  /** The request of a node for a serving certificate that waits for somebody to approve it. */
  const pendingRequest = (nodeName: string): Promise<string> =>
    vi.waitFor(async () => {
      const { items } = await kubectl().json<{
        items: { metadata: { name: string }; spec: { signerName: string; username: string }; status: object }[];
      }>('get', 'csr');
      const [pending] = items.filter(
        ({ spec, status }) =>
          spec.signerName === 'kubernetes.io/kubelet-serving' &&
          spec.username === `system:node:${nodeName}` &&
          Object.keys(status).length === 0,
      );
      if (pending === undefined) throw new Error(`no request of ${nodeName} waits`);
      return pending.metadata.name;
    }, patience);

  const approve = async (nodeName: string): Promise<void> => {
    await kubectl()('certificate', 'approve', await pendingRequest(nodeName));
  };

  /** The serial number of the serving certificate, which has to be of the cluster's authority and for the node's address. */
  const serialOf = async (nodeName: string): Promise<string> => {
    const { client, caCertificate } = cluster();
    const { status } = await client.json<{
      status: { daemonEndpoints: { kubeletEndpoint: { Port: number } } };
    }>('GET', `/api/v1/nodes/${nodeName}`);
    const { Port: port } = status.daemonEndpoints.kubeletEndpoint;
    return new Promise((resolve, reject) => {
      const socket = connect({ host: testAddress, port, ca: caCertificate }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      }).on('error', reject);
    });
  };

  const asNode = (name: string): Promise<string> =>
    cluster().kubeconfigFor({ name: `system:node:${name}`, groups: ['system:nodes'] });

  it('a node that signed its certificate itself is not trusted: exec fails with the words of TLS', async () => {
    const name = 'vk-self-signed';
    await run({ name, kubeconfig: await asNode(name), kubeletApi: { clientCaFile } });
    const { code, stderr } = await (await podOn(name))();
    expect(code).toBe(1);
    expect(stderr).toMatch(/x509: certificate signed by unknown authority|tls: failed to verify certificate/);
  }, 60_000);

  it('from a bootstrap token to exec: the client certificate is approved by the controller manager, the serving certificate by kubectl', async () => {
    const { client, directory, url, caCertificate } = cluster();
    const [id, secret] = ['abcdef', '0123456789abcdef'];
    await client.json('POST', '/api/v1/namespaces/kube-system/secrets', {
      metadata: { name: `bootstrap-token-${id}` },
      type: 'bootstrap.kubernetes.io/token',
      stringData: { 'token-id': id, 'token-secret': secret, 'usage-bootstrap-authentication': 'true' },
    });
    const bootstrap = await writeKubeconfig(join(directory, 'bootstrap.kubeconfig'), {
      server: url,
      caCertificate,
      credentials: { token: `${id}.${secret}` },
    });
    const name = 'vk-from-token';
    const process = startVirtualKubelet({
      words: [
        'run',
        `--bootstrap-kubeconfig=${bootstrap}`,
        `--kubeconfig=${join(directory, 'from-token.kubeconfig')}`,
        `--nodename=${name}`,
        `--node-ip=${testAddress}`,
        '--kubelet-port=0',
        `--client-ca-file=${clientCaFile}`,
        '--serving-certificate=csr',
        '--cluster-id=test',
        '--provider=mock',
        '--log-format=json',
      ],
      directory,
    });
    processes.push(process);
    await process.says('"Ready"');
    const exec = await podOn(name);
    const before = await exec();
    expect(before.code).toBe(1);
    expect(before.stderr).toContain('tls:');
    await approve(name);
    await vi.waitFor(async () => expect(await exec()).toMatchObject({ code: 0, stdout: 'hello\n' }), patience);
    const logs = await kubectl().attempt('logs', `on-${name}`);
    expect(logs.code).toBe(0);

    const events = await cluster().audit();
    const own = new Set([`system:bootstrap:${id}`, `system:node:${name}`]);
    expect(auditSummary(forbidden(events.filter(({ user }) => own.has(user.username))))).toEqual([]);
    const [approval] = events.filter(({ requestURI }) =>
      requestURI.includes(`/virtual-kubelet-client-${name}/approval`),
    );
    expect(approval?.user.username).toBe('system:serviceaccount:kube-system:certificate-controller');
  }, 120_000);

  it('a serving certificate is replaced before it expires, and exec goes on', async () => {
    const name = 'vk-rotates';
    const clock = shiftedClock();
    const kubeletApi = { clientCaFile, servingCertificate: { kind: 'csr' } } as const;
    await run({ name, kubeconfig: await asNode(name), kubeletApi, clock });
    await approve(name);
    const exec = await podOn(name);
    await vi.waitFor(async () => expect(await exec()).toMatchObject({ code: 0 }), patience);
    const first = await serialOf(name);

    clock.forward(0.91 * yearMilliseconds);
    const request = await pendingRequest(name);
    // The one that is asked for is of the present again.
    clock.forward(-0.91 * yearMilliseconds);
    expect(await serialOf(name)).toBe(first);
    await kubectl()('certificate', 'approve', request);
    await vi.waitFor(async () => expect(await serialOf(name)).not.toBe(first), patience);
    expect(await exec()).toMatchObject({ code: 0, stdout: 'hello\n' });

    const events = (await cluster().audit()).filter(({ user }) => user.username === `system:node:${name}`);
    // The request before it is still there, and a node may not delete it: it asks, and gives the new one another name.
    expect(request).not.toBe(`virtual-kubelet-serving-${name}`);
    expect(auditSummary(forbidden(events))).toEqual([]);
  }, 120_000);

  it('a client certificate is replaced by the node itself before it expires, approved by the controller manager', async () => {
    const { directory } = cluster();
    const name = 'vk-renews';
    const clock = shiftedClock();
    const kubeconfigPath = join(directory, 'renews.kubeconfig');
    const identity = nodeClientCertificate({
      nodeName: name,
      kubeconfigPath,
      bootstrapKubeconfigPath: await cluster().kubeconfigFor({
        name: 'system:bootstrap:renews',
        groups: ['system:bootstrappers'],
      }),
      directory: join(directory, 'renews'),
      environment: {},
      clock,
      log: silentLogger,
    });
    await identity.bootstrap(AbortSignal.timeout(60_000));
    const certificate = (): Promise<string> =>
      readFile(join(directory, 'renews', `kubelet-client-${name}.pem`), 'utf8');
    const first = await certificate();
    const stop = new AbortController();
    const kubeCluster = await loadKubeConfig({ path: kubeconfigPath, environment: {} });
    const client = createKubeClient({ cluster: kubeCluster, clock, userAgent: 'virtual-kubelet-tests' });
    const rotating = identity.rotate(client, stop.signal);
    clock.forward(0.91 * yearMilliseconds);
    await vi.waitFor(async () => expect(await certificate()).not.toBe(first), patience);
    stop.abort(new Error('the test is over'));
    await rotating;
    await client.close();
    const events = await cluster().audit();
    const approvals = events.filter(({ requestURI, user }) => {
      const isApproval = requestURI.includes(`/virtual-kubelet-client-${name}`) && requestURI.includes('/approval');
      return isApproval && user.username === 'system:serviceaccount:kube-system:certificate-controller';
    });
    expect(approvals.length).toBeGreaterThan(1);
    expect(auditSummary(forbidden(events.filter(({ user }) => user.username === `system:node:${name}`)))).toEqual([]);
  }, 120_000);
});
