import { clientAuthoritiesConfigMap } from '../kubelet-api/access/client-authorities-config-map.ts';
import { clientAuthoritiesFile } from '../kubelet-api/access/client-authorities-file.ts';
import type { ClientAuthorities } from '../kubelet-api/access/client-authorities.ts';
import { VerifiedPeers } from '../kubelet-api/access/verified-peers.ts';
import { certificateFiles } from '../kubelet-api/certificates/certificate-files.ts';
import { selfSignedSource } from '../kubelet-api/certificates/self-signed-source.ts';
import type { ServingCertificateSource } from '../kubelet-api/certificates/serving-certificate.ts';
import { signedServingSource } from '../kubelet-api/certificates/signed-serving-source.ts';
import { createKubeletApiHandler } from '../kubelet-api/create-kubelet-api-handler.ts';
import type { KubeletApiHandler, ServedNodes } from '../kubelet-api/kubelet-api-handler.ts';
import { KubeletApiListener, type ListenerHandler } from '../kubelet-api/listener/kubelet-api-listener.ts';
import { createMetricsHandler } from '../kubelet-api/listener/metrics-handler.ts';
import type { KubeClient } from '../kube/client.ts';
import type { NodeAddress } from '../provider/wire.ts';
import { metricTable } from '../telemetry/metric-table.ts';
import { TaskGroup } from '../work/task-group.ts';
import { canAuthorise, createKubeletAccess, type KubeletAccess } from './kubelet-access.ts';
import type { KubeletApiSettings } from './kubelet-api-settings.ts';
import { kubeletNodeOf } from './kubelet-node-of-unit.ts';
import type { ResolvedNodesOptions } from './node-options.ts';
import type { NodeUnit } from './node-unit.ts';
import { runningPart, type Part } from './parts.ts';
import { watchProblemReporter } from './watch-problem-reporter.ts';

export interface KubeletApiPartOptions {
  readonly client: KubeClient;
  readonly options: ResolvedNodesOptions;
  readonly settings: KubeletApiSettings;
  /** Filled by the time that the part starts. */
  readonly units: readonly NodeUnit[];
  /** The node that a pod is bound to. */
  readonly nodeNameOf: (namespace: string, pod: string) => string | undefined;
}

/** With this in the status of a Node, an API server passes WebSockets of kubectl on as they are, and does not make SPDY of them (KEP-4006). */
const declaredFeatures: readonly string[] = ['ExtendWebSocketsToKubelet'];

/** How much of the time to stop may pass before streams that were told to end are cut off: the rest is for the pods. */
const drainShare = 1 / 3;

/** What listens for some of the nodes. */
interface Listening {
  readonly listener: KubeletApiListener;
  readonly source: ServingCertificateSource;
  readonly drain: KubeletApiHandler['drain'];
}

/** The part that serves the kubelet API: before the Nodes are registered, so that they publish its port, and ended first. */
export function kubeletApiPart(given: KubeletApiPartOptions): Part {
  const opened = Promise.withResolvers<void>();
  // The part fails with the same error; nobody has to wait for both.
  opened.promise.catch(() => undefined);
  return runningPart({
    name: 'kubelet API',
    run: async ({ stop, force }) => {
      try {
        await serve(given, { stop, force, opened: opened.resolve });
      } catch (error) {
        opened.reject(error);
        throw error;
      }
    },
    ready: () => opened.promise,
  });
}

interface Serving {
  readonly stop: AbortSignal;
  readonly force: AbortSignal;
  readonly opened: () => void;
}

async function serve(given: KubeletApiPartOptions, { stop, force, opened }: Serving): Promise<void> {
  const { client, options, settings } = given;
  const { clock, random } = options;
  const log = options.log.with({ part: 'kubelet API' });
  if (!(await canAuthorise({ client, log }, stop))) return opened();
  const authorities =
    settings.clientCaFile === undefined
      ? clientAuthoritiesConfigMap({
          client,
          clock,
          log,
          random,
          onProblem: watchProblemReporter(log, options.metrics, 'configmaps'),
        })
      : clientAuthoritiesFile({ path: settings.clientCaFile, clock, log });
  const access = createKubeletAccess({ client, clock, log, random, settings });
  const all: Listening[] = [];
  const stopReading = readCertificateExpiry(options, all);
  try {
    const bundle = await authorities.open(stop);
    await openListeners(given, access, all, bundle, stop);
    opened();
    await follow(all, authorities, stop);
  } finally {
    await close(all, options, force);
    access.close();
    stopReading();
  }
}

function readCertificateExpiry({ metrics }: ResolvedNodesOptions, all: readonly Listening[]): () => void {
  return metrics.registry.read(metricTable.servingCertificateExpiry, () => {
    const times = all.flatMap(({ listener }) => listener.certificateExpiresAt ?? []);
    return times.length === 0 ? [] : [[{}, Math.min(...times) / 1_000]];
  });
}

async function openListeners(
  given: KubeletApiPartOptions,
  access: KubeletAccess,
  all: Listening[],
  bundle: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { options, settings, units } = given;
  const { metrics, providerTimeoutMilliseconds, clock } = options;
  const log = options.log.with({ part: 'kubelet API' });
  const handlerOptions = {
    ...(settings.streams !== undefined && { streams: settings.streams }),
    log,
    clock,
    metrics,
    providerTimeoutMilliseconds,
  };

  async function open(
    at: { readonly host: string; readonly port: number },
    served: readonly NodeUnit[],
    handlerFor: (peers: VerifiedPeers) => ListenerHandler & Partial<Pick<KubeletApiHandler, 'drain'>>,
  ): Promise<KubeletApiListener> {
    const { maximumConnections } = settings;
    const peers = new VerifiedPeers(clock);
    const listener = new KubeletApiListener({
      ...at,
      peers,
      log,
      ...(maximumConnections !== undefined && { maximumConnections }),
    });
    const source = sourceFor(given, served);
    const handler = handlerFor(peers);
    all.push({ listener, source, drain: handler.drain ?? (() => Promise.resolve()) });
    const certificate = await source.open(signal);
    if (certificate === undefined)
      log.warn(
        'There is no serving certificate yet: the kubelet API refuses handshakes until the request for one is approved',
      );
    else listener.setCertificate(certificate);
    listener.setClientAuthorities(bundle);
    listener.serve(handler);
    await listener.listen();
    return listener;
  }

  /** Opens a listener for some of the nodes, which then publish its port. */
  async function openFor(served: readonly NodeUnit[], serves: ServedNodes): Promise<void> {
    const host = settings.bindAddress ?? served.flatMap(internalAddresses)[0];
    if (host === undefined) {
      log.warn(
        'The kubelet API is not served: the node has no InternalIP that an API server could reach it at; name one with --node-ip, or an address to listen on with --kubelet-address',
        { node: served[0]?.name },
      );
      return;
    }
    const listener = await open({ host, port: settings.port ?? 0 }, served, (peers) =>
      createKubeletApiHandler({ serves, access: access.forListener(peers), ...handlerOptions }),
    );
    for (const unit of served) {
      unit.node.publishKubeletApi({ kubeletPort: listener.port, declaredFeatures });
    }
    log.info('Serving the kubelet API', { address: host, port: listener.port, nodes: served.length });
  }

  const nodes = new Map(units.map((unit) => [unit.name, kubeletNodeOf(unit, options)] as const));
  if ((settings.listeners ?? (units.length > 1 ? 'shared' : 'per-node')) === 'shared') {
    await openFor(units, { nodeOfPod: (namespace, pod) => nodes.get(given.nodeNameOf(namespace, pod) ?? '') });
  } else {
    for (const unit of units) {
      const node = nodes.get(unit.name);
      if (node !== undefined) await openFor([unit], { node });
    }
  }
  if (settings.metricsAddress === undefined) return;
  const [only, second] = units;
  const nodeName = second === undefined ? (only?.name ?? '') : '';
  const { host } = settings.metricsAddress;
  const { port } = await open(settings.metricsAddress, units, (peers) =>
    createMetricsHandler({ access: access.forListener(peers), nodeName, text: () => metrics.registry.text(), log }),
  );
  log.info('Serving metrics', { url: `https://${host.includes(':') ? `[${host}]` : host}:${port}/metrics` });
}

/** Keeps certificates and client authorities fresh until the part is stopped. */
async function follow(all: readonly Listening[], authorities: ClientAuthorities, stop: AbortSignal): Promise<void> {
  const group = new TaskGroup(stop);
  group.spawn('client CA', (signal) =>
    authorities.follow((bundle) => {
      for (const { listener } of all) listener.setClientAuthorities(bundle);
    }, signal),
  );
  for (const { listener, source } of all)
    group.spawn('serving certificate', (signal) => source.follow((next) => listener.setCertificate(next), signal));
  group.spawn('until it stops', untilAborted);
  await group.join();
}

async function close(
  all: readonly Listening[],
  { clock, shutdownGraceMilliseconds }: ResolvedNodesOptions,
  force: AbortSignal,
): Promise<void> {
  const late = new AbortController();
  const timer = clock.setTimer(
    () => late.abort(new Error('the time for open streams is over')),
    shutdownGraceMilliseconds * drainShare,
  );
  const cut = AbortSignal.any([force, late.signal]);
  await Promise.all(
    all.map(async ({ listener, drain }) => {
      listener.stopListening();
      await drain(cut);
      await listener.close();
    }),
  );
  timer.cancel();
}

function sourceFor(
  { client, options, settings }: KubeletApiPartOptions,
  served: readonly NodeUnit[],
): ServingCertificateSource {
  const { clock, random } = options;
  const log = options.log.with({ part: 'kubelet API' });
  const { servingCertificate = { kind: 'self-signed' } } = settings;
  // One certificate for all that share a listener: an API server looks at its addresses only.
  const nodeName = served[0]?.name ?? '';
  const shown = { nodeName, addresses: () => addressesOf(served, settings), clock, log, random };
  switch (servingCertificate.kind) {
    case 'files':
      return certificateFiles({ ...servingCertificate, clock, log });
    case 'csr':
      return signedServingSource({ ...shown, client, directory: servingCertificate.directory });
    case 'self-signed':
      return selfSignedSource(shown);
  }
}

/** What the certificate is for: the addresses of the nodes, or where they have none the one that is listened on. */
function addressesOf(served: readonly NodeUnit[], { bindAddress }: KubeletApiSettings): readonly NodeAddress[] {
  const addresses = served.flatMap(({ node }) => node.shape.addresses ?? []);
  return addresses.length > 0 || bindAddress === undefined ? addresses : [{ type: 'InternalIP', address: bindAddress }];
}

function internalAddresses({ node }: NodeUnit): string[] {
  return (node.shape.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
