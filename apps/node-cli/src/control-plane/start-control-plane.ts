import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@vk/node';
import {
  apiServerFlags,
  controllerManagerFlags,
  etcdFlags,
  schedulerFlags,
  type ControlPlanePaths,
} from './component-flags.ts';
import type { ControlPlaneBinaries } from './find-binaries.ts';
import { freePort } from './free-port.ts';
import { createIdentities, createSigningKey, tokenFile, type Identity } from './identities.ts';
import { kubeconfig } from './kubeconfig.ts';
import { ManagedProcess } from './managed-process.ts';
import { answersOk, waitUntil } from './wait-for-api.ts';

export interface StartControlPlaneOptions {
  readonly binaries: ControlPlaneBinaries;
  /** An empty directory of our own; removed in the end. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A real Kubernetes API on this machine. */
export interface ControlPlane {
  readonly url: string;
  /** For a user who may do everything. */
  readonly kubeconfig: string;
  /** Whether pods find a node by themselves. */
  readonly schedules: boolean;
  /** Stops everything, the API server's clients first, and removes the directory. */
  close(): Promise<void>;
  /** Ends everything at once, for a process that has no time left. */
  kill(): void;
}

/**
 * Starts etcd and kube-apiserver, and kube-scheduler and kube-controller-manager where they lie beside them. Resolves when
 * the API is ready for pods.
 *
 * @throws CommandError `unreachable` or `address-in-use`, with the last lines of the program that failed. Nothing is left running.
 */
export async function startControlPlane(options: StartControlPlaneOptions): Promise<ControlPlane> {
  const programs: ManagedProcess[] = [];
  const close = async (): Promise<void> => {
    for (const program of programs.toReversed()) await program.stop(options.clock);
    await rm(options.directory, { recursive: true, force: true });
  };
  const kill = (): void => programs.forEach((program) => program.kill());
  process.once('exit', kill);
  try {
    const started = await startPrograms(options, programs);
    return {
      ...started,
      kill,
      close: async () => {
        await close();
        process.removeListener('exit', kill);
      },
    };
  } catch (error) {
    await close();
    process.removeListener('exit', kill);
    throw error;
  }
}

async function startPrograms(
  { binaries, directory, port: wantedPort, clock, signal }: StartControlPlaneOptions,
  programs: ManagedProcess[],
): Promise<Omit<ControlPlane, 'close' | 'kill'>> {
  const identities = createIdentities();
  const contents = {
    tokens: tokenFile(identities),
    signingKey: createSigningKey(),
    ...(await kubeletClient(clock.now())),
  };
  const paths = await writeFiles(directory, contents);
  const start = (program: string, flags: readonly string[]): void => {
    const logFile = join(directory, `${programs.length}.log`);
    programs.push(new ManagedProcess({ program, arguments: flags, logFile, workingDirectory: directory }));
  };

  const etcdPort = await freePort();
  start(binaries.etcd, etcdFlags({ data: paths.etcdData, port: etcdPort }));
  const port = wantedPort === 0 ? await freePort() : wantedPort;
  const serviceAccounts = binaries.controllerManager !== undefined;
  start(binaries.apiServer, apiServerFlags({ paths, port, etcdPort, serviceAccounts }));

  const url = `https://127.0.0.1:${port}`;
  const certificateFile = join(paths.certificates, 'apiserver.crt');
  const answers = async (path: string): Promise<boolean> => {
    const certificateAuthority = await readOrEmpty(certificateFile);
    return (
      certificateAuthority !== '' &&
      answersOk({ url: `${url}${path}`, certificateAuthority, token: identities.admin.token })
    );
  };
  await waitUntil(() => answers('/readyz'), { what: 'the API server', clock, signal, programs });

  const certificateAuthority = await readFile(certificateFile, 'utf8');
  const kubeconfigOf = ({ user, token }: Identity): string =>
    kubeconfig({ name: 'virtual-kubelet-dev', server: url, certificateAuthority, user, token });
  const kubeconfigFile = async (name: string, identity: Identity): Promise<string> =>
    writeSecret(join(directory, name), kubeconfigOf(identity));
  if (binaries.controllerManager !== undefined) {
    const file = await kubeconfigFile('controller-manager.kubeconfig', identities.controllerManager);
    start(
      binaries.controllerManager,
      controllerManagerFlags({ kubeconfig: file, paths, certificateAuthority: certificateFile }),
    );
  }
  if (binaries.scheduler !== undefined)
    start(binaries.scheduler, schedulerFlags(await kubeconfigFile('scheduler.kubeconfig', identities.scheduler)));
  if (serviceAccounts)
    await waitUntil(() => answers('/api/v1/namespaces/default/serviceaccounts/default'), {
      what: 'the default service account',
      clock,
      signal,
      programs,
    });
  return { url, kubeconfig: kubeconfigOf(identities.admin), schedules: binaries.scheduler !== undefined };
}

async function writeFiles(
  directory: string,
  contents: { readonly tokens: string; readonly signingKey: string } & KubeletClient,
): Promise<ControlPlanePaths> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return {
    etcdData: join(directory, 'etcd'),
    certificates: join(directory, 'certificates'),
    tokens: await writeSecret(join(directory, 'tokens.csv'), contents.tokens),
    signingKey: await writeSecret(join(directory, 'service-accounts.key'), contents.signingKey),
    clientCa: await writeSecret(join(directory, 'client-ca.crt'), contents.clientCa),
    kubeletClientCertificate: await writeSecret(join(directory, 'kubelet-client.crt'), contents.certificate),
    kubeletClientKey: await writeSecret(join(directory, 'kubelet-client.key'), contents.privateKey),
  };
}

interface KubeletClient {
  readonly clientCa: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Who the API server is to nodes: without a certificate they would not let it in. The authority's key is kept nowhere. */
async function kubeletClient(now: number): Promise<KubeletClient> {
  const { createCertificateAuthority } = await import('@vk/devcluster');
  const authority = await createCertificateAuthority({ commonName: 'virtual-kubelet-dev-clients', now });
  const issued = await authority.issue({
    commonName: 'kube-apiserver-kubelet-client',
    organizations: ['system:masters'],
    usages: ['client'],
    days: 365,
    now,
  });
  return { clientCa: authority.certificate, ...issued };
}

async function writeSecret(file: string, content: string): Promise<string> {
  await writeFile(file, content, { mode: 0o600 });
  return file;
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
