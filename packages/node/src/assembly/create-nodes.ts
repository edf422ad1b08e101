import { leaveNode, checkOnExit } from '../node-object/on-exit.ts';
import { KubeNodeApi } from '../node-object/kube-node-api.ts';
import type { Closable } from '../provider/closable.ts';
import { readNodeFigures } from '../telemetry/node-figures.ts';
import { isReady } from '../telemetry/unit-telemetry.ts';
import { SharedSlots } from '../work/shared-slots.ts';
import { TaskGroup } from '../work/task-group.ts';
import { checkConfig, checkContractVersion } from './check-config.ts';
import { readClusterId } from './cluster-id.ts';
import { kubeletApiPart } from './kubelet-api-part.ts';
import { type NodesOptions, resolveNodesOptions } from './node-options.ts';
import { createNodeUnit, type NodeUnit } from './node-unit.ts';
import { runningPart, startParts, stopParts, type Part } from './parts.ts';
import { recordEvents } from './record-events.ts';
import { SharedNodeSource } from './shared-node-source.ts';
import { SharedPodSource } from './shared-pod-source.ts';
import { createSharedResources } from './shared-resources.ts';

/** How one node is doing. */
export interface VirtualNodeStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly pods: number;
  /** Names of pods that wait for a worker. */
  readonly queued: number;
  /** Statuses that wait to be written. */
  readonly statusesPending: number;
}

/** The nodes of one process. */
export interface VirtualNodes {
  /** Resolves when every Node is Ready in the API and its pods are being worked on. Rejects when the start fails. */
  readonly ready: Promise<void>;
  /**
   * Runs the nodes until `signal` is aborted, then stops them: pods, caches, Nodes, events, providers. Resolves when all has
   * ended, within `shutdownGraceMilliseconds`; events that wait are written for two seconds, and the rest is dropped.
   *
   * @throws what made the start fail, or a part fail beyond repair. May be called once.
   */
  run(signal: AbortSignal): Promise<void>;
  status(): readonly VirtualNodeStatus[];
}

/** Makes one virtual node. See {@link createNodes}. */
export function createNode(options: Omit<NodesOptions, 'names'> & { readonly name: string }): VirtualNodes {
  const { name, ...rest } = options;
  return createNodes({ ...rest, names: [name] });
}

/**
 * How many writes about pods are being made at once by all nodes together: twice as many as the client has connections. What is
 * more waits as a name in a queue; begun, it would wait for a connection all the same, with ten times the memory.
 */
const writesInFlight = 128;

/**
 * How many pods are being worked on at once by all nodes together, those aside that take so long that they hold nobody up. Each
 * node has its own, smaller, number; this one is for processes with many nodes, where all pods change at once.
 */
const podsInWork = 512;

/** Makes virtual nodes that share one API connection, its watches, and one connection to their backend. */
export function createNodes(options: NodesOptions): VirtualNodes {
  const settings = resolveNodesOptions(options);
  const { client, provider: definition, log, clock, random, names } = settings;
  const ready = Promise.withResolvers<void>();
  // run() throws the same error; nobody has to wait for both.
  ready.promise.catch(() => undefined);
  const units: NodeUnit[] = [];
  let connection: Partial<Closable> | undefined;

  const shared = { names, client, clock, log, random, metrics: settings.metrics };
  const podSource = new SharedPodSource(shared);
  const nodeSource = new SharedNodeSource(shared);
  const slots = { workSlots: new SharedSlots(podsInWork), writeSlots: new SharedSlots(writesInFlight) };
  const resources = createSharedResources({
    ...shared,
    injected: definition.injected,
    findPod: (ref) => podSource.find(ref),
  });

  function parts(signal: AbortSignal): { readonly startOrder: Part[]; readonly stopOrder: Part[] } {
    const onExit: Part = {
      name: 'on exit',
      start: () =>
        forEachOf(names, signal, (name, inner) =>
          checkOnExit(name, settings.onExit, new KubeNodeApi(client, name), inner),
        ),
      // Only a Node that was registered here is left in any way: a start that failed may have met somebody else's.
      stop: (force) =>
        forEachOf(units, force, async ({ name, node }, inner) => {
          const uid = node.node?.metadata?.uid;
          if (uid !== undefined)
            await leaveNode({ onExit: settings.onExit, uid, api: new KubeNodeApi(client, name), clock }, inner);
        }),
    };
    const providers: Part = {
      name: 'providers',
      async start() {
        checkContractVersion(definition);
        const clusterId = settings.clusterId ?? (await readClusterId(client, signal));
        const configs = await Promise.all(
          names.map(async (name) => [name, await checkConfig(definition, settings.configFor(name))] as const),
        );
        const [first] = configs;
        if (first !== undefined) connection = await definition.connect?.(first[1], { env: settings.env, log, signal });
        for (const [name, config] of configs) {
          const sources = { pods: podSource.of(name), nodes: nodeSource, resources, ...slots };
          units.push(
            await createNodeUnit(
              { name, client, clusterId, definition, config, connection, settings, ...sources },
              signal,
            ),
          );
        }
      },
      stop: (force) =>
        untilForced(force, async () => {
          await Promise.all(units.map(async ({ provider }) => provider.close?.()));
          await connection?.close?.();
        }),
    };
    const kubeletApi =
      settings.kubeletApi === undefined
        ? []
        : [
            kubeletApiPart({
              client,
              options: settings,
              settings: settings.kubeletApi,
              units,
              nodeNameOf: (namespace, pod) => podSource.nodeNameOf(namespace, pod),
            }),
          ];
    const events = runningPart({
      name: 'events',
      run: ({ stop, force }) =>
        recordEvents({ recorders: units.map(({ events: recorder }) => recorder), clock, stop, force }),
    });
    const podWatch = runningPart({ name: 'pod watch', run: ({ stop }) => podSource.run(stop) });
    const nodeWatch = runningPart({ name: 'node watch', run: ({ stop }) => nodeSource.run(stop) });
    const references: Part = { name: 'references', start: () => Promise.resolve(), stop: () => resources.close() };
    const registration: Part = {
      name: 'registration',
      start: () => forEachOf(units, signal, ({ node }, inner) => node.register(inner)),
      stop: () => Promise.resolve(),
    };
    const nodes = runningPart({
      name: 'nodes',
      run: ({ stop }) => forEachOf(units, stop, ({ node }, inner) => node.run(inner)),
    });
    const pods = runningPart({
      name: 'pods',
      run: ({ stop, force }) => forEachOf(units, stop, (unit, inner) => unit.pods.run({ stop: inner, force })),
      ready: async () => {
        await Promise.all(units.flatMap(({ node, pods: controller }) => [node.ready, controller.ready]));
      },
    });
    return {
      // The Nodes publish the port of the kubelet API: it is there before they are.
      startOrder: [
        onExit,
        providers,
        ...kubeletApi,
        events,
        podWatch,
        nodeWatch,
        references,
        registration,
        nodes,
        pods,
      ],
      // Who asks from outside first, then consumers, then what feeds them, then the Node, then what they all write with.
      stopOrder: [...kubeletApi, pods, references, podWatch, nodes, nodeWatch, onExit, events, providers],
    };
  }

  return {
    ready: ready.promise,

    async run(signal) {
      const { startOrder, stopOrder } = parts(signal);
      const stopReading = readNodeFigures(settings.metrics, () => units.map((unit) => unit.figures()));
      try {
        await startParts(startOrder, signal, log);
        ready.resolve();
        await untilAborted(signal, startOrder);
      } catch (error) {
        ready.reject(error);
        if (!signal.aborted) throw error;
      } finally {
        ready.reject(signal.reason);
        const force = new AbortController();
        const timer = clock.setTimer(
          () => force.abort(new Error('the time to stop is over')),
          settings.shutdownGraceMilliseconds,
        );
        await stopParts(stopOrder, force.signal, log);
        timer.cancel();
        stopReading();
      }
    },

    status: () =>
      units.map(({ name, node, pods: controller }) => ({
        name,
        ready: isReady(node),
        ...controller.status(),
      })),
  };
}

/** Waits for work that knows no signal, but not longer than it may take. */
async function untilForced(force: AbortSignal, work: () => Promise<void>): Promise<void> {
  const forced = new Promise<void>((resolve) => force.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([work(), forced]);
}

/** Does the same for every item at once. The first failure ends the others. */
async function forEachOf<T>(
  items: readonly T[],
  signal: AbortSignal,
  task: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const group = new TaskGroup(signal);
  for (const item of items) group.spawn('node', (inner) => task(item, inner));
  await group.join();
}

/** Resolves when the signal is aborted; rejects when a part fails. */
async function untilAborted(signal: AbortSignal, parts: readonly Part[]): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  if (signal.aborted) return;
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([aborted.promise, ...parts.flatMap(({ failed }) => (failed === undefined ? [] : [failed]))]);
}
