import { dirname, join, resolve } from 'node:path';
import { nodeClientCertificate, systemClock, type NodeClientCertificate } from '@vk/node';
import type { Logger } from '@vk/node/provider';
import { CommandError } from '../errors/command-error.ts';
import type { FlagValues } from '../flags/flag-values.ts';
import type { CommandHost } from './host.ts';
import { ownPackage } from './own-package.ts';

/**
 * The identity that `--bootstrap-kubeconfig` has made for the node; undefined without that flag.
 *
 * @throws CommandError `usage` for flags that do not go together.
 */
export async function nodeIdentity(
  flags: FlagValues,
  { workingDirectory, environment }: Pick<CommandHost, 'workingDirectory' | 'environment'>,
  log: Logger,
): Promise<NodeClientCertificate | undefined> {
  const { bootstrapKubeconfig, kubeconfig, certDir, nodename: nodeName, nodes } = flags;
  if (bootstrapKubeconfig === undefined) return undefined;
  if (kubeconfig === undefined)
    throw new CommandError(
      'usage',
      '--bootstrap-kubeconfig needs --kubeconfig: the file to write and to use from then on',
    );
  if (nodes > 1)
    throw new CommandError(
      'usage',
      '--bootstrap-kubeconfig: a certificate is for one node, and --nodes asks for several',
    );
  const path = (given: string): string => resolve(workingDirectory, given);
  const { version } = await ownPackage();
  return nodeClientCertificate({
    nodeName,
    kubeconfigPath: path(kubeconfig),
    bootstrapKubeconfigPath: path(bootstrapKubeconfig),
    directory: certDir === undefined ? join(dirname(path(kubeconfig)), 'pki') : path(certDir),
    environment,
    clock: systemClock,
    log,
    userAgent: `virtual-kubelet/${version}`,
  });
}
