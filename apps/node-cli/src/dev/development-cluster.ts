import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Clock } from '@vk/node';
import type { CommandHost } from '../command/host.ts';
import { findControlPlane, type ControlPlaneBinaries } from '../control-plane/find-binaries.ts';
import type { FlagValues } from '../flags/flag-values.ts';

/** The cluster that `dev` uses. */
export interface DevelopmentCluster {
  /** What it is, for the first lines on the screen. */
  readonly description: string;
  /** Given to the library; absent where $KUBECONFIG and ~/.kube/config decide. */
  readonly kubeconfigPath?: string;
  /** What to type after `export KUBECONFIG=`. */
  readonly kubeconfigText: string;
  /** Whether pods find the node by themselves. */
  readonly schedules: boolean;
  /** True for a cluster that was there before. */
  readonly existing: boolean;
  close(): Promise<void>;
}

export interface DevelopmentClusterOptions {
  readonly flags: Pick<FlagValues, 'kubeconfig' | 'useKubeconfig' | 'kubeconfigOut' | 'port'>;
  readonly host: Pick<CommandHost, 'environment' | 'workingDirectory' | 'temporaryDirectory' | 'stop'>;
  readonly clock: Clock;
}

/**
 * The cluster for `dev`: one that was asked for by `--kubeconfig` or `--use-kubeconfig`, else real binaries where there are
 * any, else one in this process. $KUBECONFIG alone is not asking: nobody is to register a development node in production
 * because of a variable that happens to be set.
 */
export async function developmentCluster(options: DevelopmentClusterOptions): Promise<DevelopmentCluster> {
  const { flags, host } = options;
  if (flags.kubeconfig !== undefined) {
    const path = resolve(host.workingDirectory, flags.kubeconfig);
    return existingCluster(path, path);
  }
  if (flags.useKubeconfig) {
    const paths = host.environment['KUBECONFIG'] || join(host.environment['HOME'] ?? homedir(), '.kube', 'config');
    return existingCluster(undefined, paths.split(delimiter).join(delimiter));
  }
  const binaries = await findControlPlane(host.environment);
  const directory = await mkdtemp(join(host.temporaryDirectory, 'vk-dev-'));
  // A second signal ends the process without another word; the administrator's token does not stay behind.
  const removeNow = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeNow);
  const remove = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true });
    process.removeListener('exit', removeNow);
  };
  try {
    const cluster =
      binaries === undefined
        ? await clusterInProcess(options, directory)
        : await clusterOfBinaries(options, directory, binaries);
    return {
      ...cluster,
      close: async () => {
        await cluster.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function existingCluster(kubeconfigPath: string | undefined, kubeconfigText: string): DevelopmentCluster {
  return {
    description: `the cluster of ${kubeconfigText}`,
    ...(kubeconfigPath !== undefined && { kubeconfigPath }),
    kubeconfigText,
    schedules: true,
    existing: true,
    close: () => Promise.resolve(),
  };
}

async function clusterInProcess(
  { flags, host }: DevelopmentClusterOptions,
  directory: string,
): Promise<DevelopmentCluster> {
  const { createDevCluster } = await import('@vk/devcluster');
  const cluster = await createDevCluster({ port: flags.port });
  try {
    const kubeconfigPath = await writeKubeconfig(cluster.kubeconfig, { flags, host }, directory);
    return {
      description: `a development cluster in this process, ${cluster.url} (for prototyping and tests)`,
      kubeconfigPath,
      kubeconfigText: kubeconfigPath,
      schedules: true,
      existing: false,
      close: () => cluster.close(),
    };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

async function clusterOfBinaries(
  { flags, host, clock }: DevelopmentClusterOptions,
  directory: string,
  binaries: ControlPlaneBinaries,
): Promise<DevelopmentCluster> {
  const { startControlPlane } = await import('../control-plane/start-control-plane.ts');
  const state = join(directory, 'control-plane');
  const plane = await startControlPlane({ binaries, directory: state, port: flags.port, clock, signal: host.stop });
  try {
    const kubeconfigPath = await writeKubeconfig(plane.kubeconfig, { flags, host }, directory);
    return {
      description: `the etcd and kube-apiserver of ${binaries.directory}, ${plane.url}`,
      kubeconfigPath,
      kubeconfigText: kubeconfigPath,
      schedules: plane.schedules,
      existing: false,
      close: () => plane.close(),
    };
  } catch (error) {
    await plane.close();
    throw error;
  }
}

/** Readable by its owner only: it holds the administrator's token. */
async function writeKubeconfig(
  content: string,
  { flags, host }: Pick<DevelopmentClusterOptions, 'flags' | 'host'>,
  directory: string,
): Promise<string> {
  const path =
    flags.kubeconfigOut === undefined
      ? join(directory, 'kubeconfig')
      : resolve(host.workingDirectory, flags.kubeconfigOut);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}
