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
import { nodeIdentity } from './node-identity.ts';
import { nodesOptions } from './nodes-options.ts';
import type { OpenedProvider } from './open-provider.ts';
import { ownPackage } from './own-package.ts';

/** A connection to the cluster, and what makes nodes on it. */
export interface Session {
  readonly client: KubeClient;
  /** Ends the connection, and what keeps its credentials fresh. */
  close(): Promise<void>;
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
 * Opens the connection to the API server. The caller closes the session, after its last use.
 *
 * @throws KubeConfigError when there is no cluster, or its kubeconfig cannot be read; CommandError `usage` for flags that do not go together.
 */
export async function openSession(options: OpenSessionOptions): Promise<Session> {
  const { flags, host, log, metrics, kubeconfigPath } = options;
  const kubeletApi = kubeletApiOptions(flags, host);
  const identity = await nodeIdentity(flags, host, log);
  await identity?.bootstrap(host.stop);
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
  const closing = new AbortController();
  const rotating = flags.rotateCertificates ? identity?.rotate(client, closing.signal) : undefined;
  // Nothing of it is expected to fail; if it does, the certificate goes on until it expires.
  const rotated = rotating?.catch((error: unknown) =>
    log.error('The client certificate is not renewed any more', { error }),
  );
  return {
    client,
    close: async () => {
      closing.abort(new Error('the session is closed'));
      await rotated;
      await client.close();
    },
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
