import type { Provider } from '../provider/provider.ts';
import { abortable } from '../work/abortable.ts';
import { Slots } from '../work/slots.ts';
import { steadyTime } from './driver/steady-time.ts';
import { PodEngine } from './driver/pod-engine.ts';
import { RuntimeWatch } from './driver/runtime-watch.ts';
import type { EngineServices } from './driver/engine-services.ts';
import { ImagePulls } from './images/image-pulls.ts';
import { MemoryImagePullRecords } from './images/memory-image-pull-records.ts';
import type { PodProviderOptions } from './pod-provider-options.ts';
import { networkProbeRunner } from './probes/network-probe-runner.ts';
import type { ContainerRuntime } from './runtime/container-runtime.ts';
import { noDns } from './sandbox/dns-config.ts';
import { runtimeCapabilities } from './runtime-capabilities.ts';

/**
 * A provider out of a container runtime: the engine runs the pods, the runtime runs their containers. It has the
 * capabilities that the runtime has. `refuse` and `configureNode` are the caller's to add.
 */
export function podProviderFrom(runtime: ContainerRuntime, options: PodProviderOptions): Provider {
  const services = servicesOf(runtime, options);
  const engine = new PodEngine(services);
  const watch = new RuntimeWatch({
    services,
    relistMilliseconds: options.relistMilliseconds ?? 60_000,
    pollMilliseconds: options.pollMilliseconds ?? 1_000,
    onChange: (uid, change) => engine.look(uid, change),
    onReturn: () => engine.lookAtAll(),
  });
  const life = new AbortController();
  let watching: Promise<void> | undefined;
  /** Nothing is asked of the runtime before the first call that needs it. */
  const ensureWatch = (): void => {
    watching ??= watch.run(life.signal);
  };
  return {
    admit: (pod, surroundings) => engine.admit(pod, surroundings),
    async createPod(pod) {
      ensureWatch();
      engine.put(pod.pod, pod);
      await Promise.resolve();
    },
    async adoptPod(pod, prepared, { signal }) {
      ensureWatch();
      await abortable(engine.put(pod, prepared).known, signal);
    },
    async updatePod(pod) {
      ensureWatch();
      engine.put(pod.pod, pod);
      await Promise.resolve();
    },
    async deletePod(ref, deletion, call) {
      ensureWatch();
      await engine.stop(ref, deletion, call);
    },
    removePod: (ref, call) => engine.remove(ref, call),
    getPod: (ref, call) => engine.find(ref, call),
    getPods: (call) => engine.list(call),
    async notifyPods(onPod, { signal }) {
      ensureWatch();
      const ended = Promise.withResolvers<void>();
      const unsubscribe = engine.listen(onPod);
      signal.addEventListener('abort', () => ended.resolve(), { once: true });
      if (signal.aborted) ended.resolve();
      await ended.promise;
      unsubscribe();
    },
    async close() {
      life.abort(new Error('the provider is closed'));
      await watching;
      await engine.close();
    },
    ...runtimeCapabilities(runtime, engine, services.clock.now()),
  };
}

function servicesOf(runtime: ContainerRuntime, options: PodProviderOptions): EngineServices {
  const { context } = options;
  const hostIPs = context.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
  return {
    runtime,
    owner: { clusterId: context.clusterId, nodeName: context.nodeName },
    operatingSystem: context.operatingSystem ?? 'linux',
    clock: context.clock,
    log: context.log,
    probes: options.probes ?? networkProbeRunner(context.clock),
    settings: {
      get runtimeName() {
        return runtime.name;
      },
      hostIPs,
      resizes: runtime.updateContainerResources !== undefined,
      resizesPods: runtime.updatePodSandboxResources !== undefined,
      prepares: runtime.preparePod !== undefined,
      releases: runtime.releasePod !== undefined,
    },
    dns: {
      clusterDns: options.clusterDns ?? [],
      clusterDomain: context.clusterDomain,
    },
    hostDns: options.hostDns ?? (() => noDns),
    callTimeoutMilliseconds: options.callTimeoutMilliseconds ?? 120_000,
    ...(options.allocatable !== undefined && { allocatable: options.allocatable }),
    ...(context.observeStep !== undefined && { observeStep: context.observeStep }),
    ...(context.countImageCheck !== undefined && { countImageCheck: context.countImageCheck }),
    now: steadyTime(context.clock),
    random: options.random ?? Math.random,
    sandboxSlots: new Slots(options.maximumParallelSandboxStarts ?? Number.POSITIVE_INFINITY),
    pullSlots: new Slots(options.maximumParallelImagePulls ?? 5),
    imagePulls:
      options.imagePulls ??
      new ImagePulls({ records: new MemoryImagePullRecords(), clock: context.clock, log: context.log }),
    recordEvent: (ref, event) => context.recordEvent(ref, event),
    getImageCredentials: (pod, image, signal) => context.getImageCredentials(pod, image, signal),
  };
}
