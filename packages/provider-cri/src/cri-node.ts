import { mkdirSync } from 'node:fs';
import { arch, availableParallelism } from 'node:os';
import type { CallContext, NodeShape, Provider, ProviderContext } from '@vk/node/provider';
import { podProviderFrom } from '@vk/node/pod-engine';
import { answerMilliseconds } from './client/answer-time.ts';
import { within } from './client/within.ts';
import type { CriConfig } from './config.ts';
import type { CriConnection } from './cri-connection.ts';
import { fileSystemStats } from './host/file-system-stats.ts';
import { readHostFacts } from './host/host-facts.ts';
import { readHostState } from './host/node-conditions.ts';
import { nodeShape } from './host/node-shape.ts';
import { nodeStats } from './host/node-stats.ts';
import { repeat } from './host/repeat.ts';
import { readResolvConf } from './host/resolv-conf.ts';
import { RuntimeStorage } from './images/runtime-storage.ts';
import { rotateLogs } from './logs/rotate-logs.ts';
import { refusalsOf } from './refusal/field-table.ts';
import { CpuRates } from './stats/cpu-rates.ts';
import { runtimeDisks } from './stats/runtime-disks.ts';
import { createCriServices } from './runtime/create-services.ts';
import { CriRuntime } from './runtime/cri-runtime.ts';
import { ForgottenPods } from './runtime/forgotten-pods.ts';
import type { RuntimeFeatures } from './runtime/runtime-features.ts';

/** Far longer than it takes a process that starts to take its pods over, also while the API server is away. */
const cleanMilliseconds = 1_800_000;
const cleanTimeoutMilliseconds = 120_000;
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** The provider of one node on a runtime. */
export async function createCriNode(context: ProviderContext<CriConfig>, connection: CriConnection): Promise<Provider> {
  const { config, clock, log } = context;
  const { health, images } = connection;
  const facts = await readHostFacts(architectures[arch()] ?? arch());
  const services = await createCriServices(context, connection, facts);
  mkdirSync(services.paths.volumes, { recursive: true, mode: 0o700 });
  mkdirSync(services.paths.logs, { recursive: true, mode: 0o755 });
  const runtime = new CriRuntime(guessedName(config), services);
  /** As the Node says it, from the first time that it was asked for. */
  let allocatable: NodeShape['allocatable'];
  const pods = podProviderFrom(runtime, {
    context,
    allocatable: () => allocatable ?? {},
    clusterDns: config.clusterDns,
    maximumParallelSandboxStarts: config.maxParallelSandboxStarts ?? Math.max(4, 2 * availableParallelism()),
    maximumParallelImagePulls: config.maxParallelImagePulls,
    imagePulls: connection.imagePulls(clock, log),
    hostDns: () => readResolvConf(config.resolvConf),
  });
  const hostRates = new CpuRates();
  const life = new AbortController();
  const { intervalSeconds, maxSize, maxFiles } = config.containerLogs;
  const rotation = repeat(
    { what: 'Rotating logs', clock, log, milliseconds: intervalSeconds * 1000, signal: life.signal },
    (signal) => rotateLogs({ ...services, limits: { maxBytes: maxSize, maxFiles } }, { signal }),
  );
  const forgotten = new ForgottenPods(services, runtime);
  const cleaning = repeat(
    {
      what: 'Removing what is left of forgotten pods',
      clock,
      log,
      milliseconds: cleanMilliseconds,
      signal: life.signal,
    },
    (signal) =>
      within({ clock, milliseconds: cleanTimeoutMilliseconds, signal }, (limits) =>
        forgotten.remove({ ...limits, log }),
      ),
  );
  connection.collectImages(clock, log);

  const storage = new RuntimeStorage({ client: connection.client, images, log });

  const shape = async (call: CallContext): Promise<NodeShape> => {
    const { capacityBytes = 0 } = (await fileSystemStats(services.paths.volumes, clock)) ?? {};
    const isReachable = health.features !== undefined;
    const stored = isReachable
      ? await within({ clock, milliseconds: answerMilliseconds, signal: call.signal }, (limits) => storage.look(limits))
      : storage.last;
    call.signal.throwIfAborted();
    const now = nodeShape({
      config,
      facts,
      diskBytes: capacityBytes,
      state: await readHostState([services.paths.volumes, ...stored.mountpoints]),
      features: health.features ?? unknownFeatures(config),
      images: stored.images,
    });
    allocatable = now.allocatable;
    return now;
  };
  return {
    ...pods,
    refuse: (pod) => [...refusalsOf(pod, services.refusalContext()), ...services.volumes.refuse(pod)],
    configureNode: (_node, call) => shape(call),
    async notifyNodeStatus(onNode, call) {
      let last = '';
      const tell = async (): Promise<void> => {
        const now = await shape(call);
        const text = JSON.stringify(now);
        if (text !== last) onNode(now);
        last = text;
      };
      const interval = config.nodeStatusIntervalSeconds * 1000;
      await repeat({ what: 'Looking at the node', clock, log, milliseconds: interval, signal: call.signal }, tell);
    },
    async getStatsSummary(call) {
      const [summary, disk, disks] = await Promise.all([
        pods.getStatsSummary?.(call),
        fileSystemStats(services.paths.volumes, clock),
        runtimeDisks(services.client, clock, call),
      ]);
      return {
        node: await nodeStats({ clock, rates: hostRates, disk, runtime: disks }),
        pods: summary?.pods ?? [],
      };
    },
    async close() {
      life.abort(new Error('the node is closed'));
      await Promise.all([rotation, cleaning]);
      await pods.close?.();
      await services.volumeMeter.close();
      await services.volumes.close();
    },
  };
}

function guessedName({ endpoint }: CriConfig): string {
  return endpoint.includes('crio') ? 'cri-o' : 'containerd';
}

function unknownFeatures(config: CriConfig): RuntimeFeatures {
  return {
    name: guessedName(config),
    version: 'unknown',
    handlers: new Map(),
    supplementalGroupsPolicy: false,
    imageVolumes: false,
    stopSignals: false,
    holdsAnswers: false,
  };
}
