import { createCertificateAuthority, type CertificateAuthority } from '@vk/devcluster';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type AuditEvent, readAuditLog } from './audit-log.ts';
import { ChildProgram } from './child-program.ts';
import {
  apiServerFlags,
  auditPolicy,
  controllerManagerFlags,
  etcdFlags,
  schedulerFlags,
  type ControlPlaneFiles,
} from './control-plane-flags.ts';
import { createClusterClient } from './cluster-client.ts';
import type { ControlPlaneBinaries } from './find-binaries.ts';
import { freePort } from './free-port.ts';
import type { ClusterSettings } from './start-dev-cluster.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { movedToken } from './moved-token.ts';
import { serviceAccountToken } from './service-accounts.ts';
import { testAddress } from './test-address.ts';
import type { ClusterUser, TestCluster } from './test-cluster.ts';

/** kube-apiserver and etcd, and what else there is of a control plane. */
export interface RealCluster extends TestCluster {
  /** Every request of everybody, from the audit log. */
  audit(): Promise<readonly AuditEvent[]>;
  /** Whether there is a controller manager, which signs approved requests for certificates. */
  readonly signs: boolean;
}

export interface RealClusterSettings extends ClusterSettings {
  /** See the flags of the API server. */
  readonly verifiesNodes?: boolean;
}

const startMilliseconds = 60_000;
const admin: ClusterUser = { name: 'admin', groups: ['system:masters'] };

/** Starts the programs on free ports. Resolves when pods can be created; leaves nothing behind when it fails. */
export async function startRealCluster(
  binaries: ControlPlaneBinaries,
  settings: RealClusterSettings = {},
): Promise<RealCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'vk-test-apiserver-'));
  const programs: ChildProgram[] = [];
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closing) await closeOne();
    for (const program of programs.toReversed()) await program.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { ...(await start({ binaries, directory, programs, closing, settings })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Start {
  readonly binaries: ControlPlaneBinaries;
  readonly directory: string;
  readonly programs: ChildProgram[];
  readonly closing: (() => Promise<void>)[];
  readonly settings: RealClusterSettings;
}

async function start({ binaries, directory, programs, closing, settings }: Start): Promise<Omit<RealCluster, 'close'>> {
  const authority = await createCertificateAuthority({ commonName: 'test-ca', now: Date.now() });
  const files = await writeFiles(directory, authority);
  const run = (program: string, flags: readonly string[]): ChildProgram => {
    const running = new ChildProgram({ program, arguments: flags, workingDirectory: directory });
    programs.push(running);
    return running;
  };
  const [port, etcdPort] = [await freePort(), await freePort()];
  run(binaries.etcd, etcdFlags(files.etcdData, etcdPort));
  const apiServer = run(binaries.apiServer, apiServerFlags({ files, port, etcdPort, ...settings }));

  const url = `https://${testAddress}:${port}`;
  const kubeconfigFor = async (user: ClusterUser): Promise<string> =>
    writeKubeconfig(join(directory, `${user.name.replaceAll(':', '-')}.kubeconfig`), {
      server: url,
      caCertificate: authority.certificate,
      credentials: await issueClientCertificate(authority, user),
    });
  const kubeconfig = await kubeconfigFor(admin);
  const client = createClusterClient({
    server: url,
    caCertificate: authority.certificate,
    credentials: await issueClientCertificate(authority, admin),
  });
  closing.push(() => client.close());
  const comesTrue = (isTrue: () => Promise<unknown>): Promise<void> => untilReady(isTrue, programs);
  await comesTrue(() => client.text('GET', '/readyz'));
  const { gitVersion } = await client.json<{ gitVersion: string }>('GET', '/version');
  const parts = [`kube-apiserver ${gitVersion}`];
  if (binaries.controllerManager !== undefined) {
    const own = await kubeconfigFor({ name: 'system:kube-controller-manager', groups: [] });
    run(binaries.controllerManager, controllerManagerFlags(own, files));
    parts.push('kube-controller-manager');
  } else {
    // Without the controller manager nobody makes it, and the API server lets in no pod.
    await client.json('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  }
  if (binaries.scheduler !== undefined) {
    run(binaries.scheduler, schedulerFlags(await kubeconfigFor({ name: 'system:kube-scheduler', groups: [] })));
    parts.push('kube-scheduler');
  }
  await comesTrue(() => client.json('GET', '/api/v1/namespaces/default/serviceaccounts/default'));
  return {
    kind: 'real API server',
    description: parts.join(', '),
    url,
    nodeAddress: testAddress,
    signs: binaries.controllerManager !== undefined,
    caCertificate: authority.certificate,
    certificateAuthority: authority,
    directory,
    kubeconfig,
    client,
    schedules: binaries.scheduler !== undefined,
    kubeconfigFor,
    expiredToken: async (name) => {
      const key = await readFile(files.serviceAccountKey, 'utf8');
      return movedToken(await serviceAccountToken(client, { namespace: 'default', name }), { key, seconds: -7_200 });
    },
    takeApiServerAway: async () => {
      // Asked to stop it would wait a minute for its watches to end.
      await apiServer.stop('SIGKILL');
    },
    audit: () => readAuditLog(files.auditLog),
    requestsOf: async (user) =>
      (await readAuditLog(files.auditLog)).filter((event) => event.user.username === user).map(observed),
  };
}

function observed(event: AuditEvent): Awaited<ReturnType<TestCluster['requestsOf']>>[number] {
  const methods: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' };
  const code = event.responseStatus?.code;
  return {
    user: event.user.username,
    method: methods[event.verb] ?? 'GET',
    path: event.requestURI,
    ...(code !== undefined && { code }),
  };
}

/** Asks until there is an answer, or one of the programs has ended. */
async function untilReady(ask: () => Promise<unknown>, programs: readonly ChildProgram[]): Promise<void> {
  let dead: ChildProgram | undefined;
  await vi.waitFor(
    async () => {
      dead = programs.find(({ running }) => !running);
      if (dead === undefined) await ask();
    },
    { timeout: startMilliseconds, interval: 100 },
  );
  if (dead !== undefined) throw new Error(`${dead.name} ended: ${dead.lastLines(3)}`);
}

function issueClientCertificate(
  authority: CertificateAuthority,
  { name, groups }: ClusterUser,
): Promise<{ certificate: string; privateKey: string }> {
  return authority.issue({
    commonName: name,
    organizations: groups,
    usages: ['client'],
    days: 1,
    now: Date.now(),
  });
}

async function writeFiles(directory: string, authority: CertificateAuthority): Promise<ControlPlaneFiles> {
  const serving = await authority.issue({
    commonName: 'kube-apiserver',
    usages: ['server'],
    dnsNames: ['localhost', 'kubernetes.default.svc'],
    ipAddresses: [testAddress, '10.0.0.1'],
    days: 1,
    now: Date.now(),
  });
  const kubeletClient = await issueClientCertificate(authority, {
    name: 'kube-apiserver-kubelet-client',
    groups: ['system:masters'],
  });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  return {
    etcdData: join(directory, 'etcd'),
    caCertificate: await write('ca.crt', authority.certificate),
    caKey: await write('ca.key', authority.privateKey),
    servingCertificate: await write('apiserver.crt', serving.certificate),
    servingKey: await write('apiserver.key', serving.privateKey),
    kubeletClientCertificate: await write('kubelet-client.crt', kubeletClient.certificate),
    kubeletClientKey: await write('kubelet-client.key', kubeletClient.privateKey),
    serviceAccountKey: await write(
      'service-accounts.key',
      privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    ),
    auditPolicy: await write('audit-policy.json', auditPolicy),
    auditLog: join(directory, 'audit.log'),
  };
}
