import {
  createKubeClient,
  createNodes,
  loadKubeConfig,
  systemClock,
  type CoreMetrics,
  type KubeClient,
  type VirtualNodes,
} from '@vk/node';
import type { Logger } from '@vk/node/provider';
import type { FlagValues } from '../flags/flag-values.ts';
import type { CommandHost } from './host.ts';
import { kubeletApiOptions } from './kubelet-api-options.ts';
import { nodesOptions } from './nodes-options.ts';
import type { OpenedProvider } from './open-provider.ts';
import { ownPackage } from './own-package.ts';

/** A connection to the cluster, and what makes nodes on it. */
export interface Session {
  readonly client: KubeClient;
  /** Makes the nodes that the flags ask for, with this provider. */
  readonly createNodes: (provider: OpenedProvider, overrides?: Partial<Pick<FlagValues, 'onExit'>>) => VirtualNodes;
}

export interface OpenSessionOptions {
  readonly flags: FlagValues;
  readonly host: CommandHost;
  readonly log: Logger;
  readonly metrics: CoreMetrics;
  /** Absent: $KUBECONFIG, ~/.kube/config or the pod's service account. */
  readonly kubeconfigPath?: string;
}

/**
 * Opens the connection to the API server. The caller closes the client, after its last use.
 *
 * @throws KubeConfigError when there is no cluster, or its kubeconfig cannot be read; CommandError `usage` for flags that do not go together.
 */
export async function openSession(options: OpenSessionOptions): Promise<Session> {
  const { flags, host, log, metrics, kubeconfigPath } = options;
  const kubeletApi = kubeletApiOptions(flags, host);
  const [cluster, { version }] = await Promise.all([
    loadKubeConfig({
      path: kubeconfigPath,
      context: flags.context,
      server: flags.server,
      environment: host.environment,
      clock: systemClock,
    }),
    ownPackage(),
  ]);
  log.debug('Joining a cluster', { server: cluster.server, source: cluster.source });
  const client = createKubeClient({
    cluster,
    clock: systemClock,
    userAgent: `virtual-kubelet/${version}`,
    onRequest: metrics.apiRequest,
  });
  return {
    client,
    createNodes: (provider, overrides = {}) =>
      createNodes({
        ...nodesOptions({ ...flags, ...overrides }, provider.definition.name),
        client,
        provider: provider.definition,
        config: provider.config,
        env: host.environment,
        log,
        metrics,
        clock: systemClock,
        ...(kubeletApi !== undefined && { kubeletApi }),
      }),
  };
}
