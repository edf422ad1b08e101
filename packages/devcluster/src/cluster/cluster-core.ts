import type { Clock } from '../clock.ts';
import { type NodeLifecycleTimes, startNodeLifecycle } from '../node-lifecycle/start-node-lifecycle.ts';
import { metricsResources } from '../metrics-api/metrics-resources.ts';
import { NodeSamples } from '../metrics-api/node-samples.ts';
import { scrapeNode } from '../metrics-api/scrape-node.ts';
import type { ResourceDefinition } from '../registry/definition.ts';
import type { KubeletCredentials } from '../kubelet-client/kubelet-credentials.ts';
import { clusterUser, createRegistry, type Registry, strategyContext, type UserInfo } from '../registry/registry.ts';
import { servedResources } from '../registry/served-resource.ts';
import { resourceDefinitions } from '../resources/index.ts';
import { startScheduler } from '../scheduler/start-scheduler.ts';
import { createRequestHandler, type RequestHandler } from '../server/api-server.ts';
import type { Authenticator } from '../server/authentication.ts';
import { Documents } from '../server/documents.ts';
import type { Intercept } from '../server/intercept.ts';
import { ServiceAccountTokens } from '../service-accounts/service-account-tokens.ts';
import { ObjectStore } from '../store/object-store.ts';
import { type CertificateLoopOptions, startCertificateLoop } from './certificate-loop.ts';
import type { RunningLoop } from './cluster-loop.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { createInitialObjects } from './initial-objects.ts';
import { startNamespaceContents } from './namespace-contents.ts';
import { startRoleAggregation } from './role-aggregation.ts';
import { startNamespaceDeletion } from './namespace-deletion.ts';

export interface ClusterCoreOptions {
  clock: Clock;
  serverVersion: string | undefined;
  watchWindow: number | undefined;
  /** Finds out who makes a request, by the bearer tokens that the cluster knows and by other ways. */
  authenticators: (tokens: ServiceAccountTokens) => readonly Authenticator[];
  /** The administrator's token, where there is one. */
  adminToken?: { token: string; user: UserInfo };
  intercept: Intercept | undefined;
  definitions: readonly ResourceDefinition[] | undefined;
  /** As whom the API server goes to nodes; asked for when it does. */
  kubeletCredentials: () => Promise<KubeletCredentials>;
  /** The feature gate `ExtendWebSocketsToKubelet`; on by default. */
  extendWebSocketsToKubelet?: boolean | undefined;
  newUid?: (() => string) | undefined;
}

export interface ClusterLoopOptions {
  /** What clients of the cluster trust, as PEM. */
  caCertificate: string;
  host: string;
  port: number;
  scheduler: boolean | undefined;
  nodeLifecycle: NodeLifecycleTimes | false | undefined;
  onLoopError: ((error: unknown) => void) | undefined;
  certificates: Omit<CertificateLoopOptions, 'onError'>;
}

/** A cluster without a way in: who makes one opens it to requests. */
export interface ClusterCore {
  registry: Registry;
  handler: RequestHandler;
  /** Creates the objects of a new cluster and starts its loops, once it is known where it is reached. */
  start(options: ClusterLoopOptions): void;
  /** Ends every request and the loops. False when that was done before. */
  stop(): boolean;
}

const defaultVersion = 'v1.36.3';

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

export function createClusterCore(options: ClusterCoreOptions): ClusterCore {
  const { clock, intercept, kubeletCredentials, definitions = resourceDefinitions } = options;
  const store = new ObjectStore({ watchWindow: options.watchWindow ?? 8_192 });
  const registry = createRegistry({ store, clock, definitions });
  if (options.newUid !== undefined) registry.newUid = options.newUid;
  const reader = strategyContext(registry, clusterUser);
  const tokens = new ServiceAccountTokens({ clock, reader, fixed: options.adminToken });
  const resources = [...servedResources(registry.definitions.values()), ...metricsResources];
  const closing = new AbortController();
  const loops: RunningLoop[] = [];
  let address = '';
  const serverVersion = options.serverVersion ?? defaultVersion;
  return {
    registry,
    handler: createRequestHandler({
      registry,
      resources,
      authenticators: options.authenticators(tokens),
      tokens,
      documents: new Documents({ resources, serverVersion, address: () => address }),
      intercept,
      kubeletCredentials,
      extendsWebSockets: options.extendWebSocketsToKubelet ?? true,
      nodeSamples: new NodeSamples({
        clock,
        scrape: (node) => scrapeNode({ registry, kubeletCredentials, signal: closing.signal }, node),
      }),
      signal: closing.signal,
    }),

    start({ caCertificate, host, port, scheduler, nodeLifecycle = {}, onLoopError = warn, certificates }) {
      address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      loops.push(
        startGarbageCollector(registry),
        startNamespaceContents(registry, caCertificate),
        startNamespaceDeletion(registry),
      );
      createInitialObjects(registry, { host, port, caCertificate });
      loops.push(startRoleAggregation(registry));
      if (registry.definitions.has('certificatesigningrequests')) {
        loops.push(startCertificateLoop(registry, { ...certificates, onError: onLoopError }));
      }
      if (nodeLifecycle !== false) loops.push(startNodeLifecycle(registry, onLoopError, nodeLifecycle));
      if (scheduler !== false) loops.push(startScheduler(registry, onLoopError));
    },

    stop() {
      if (closing.signal.aborted) return false;
      closing.abort();
      for (const loop of loops) loop.stop();
      return true;
    },
  };
}
