import type {
  ContainerConfig,
  ContainerRuntime,
  ExecSyncResult,
  ImageStatus,
  PulledImage,
  PodData,
  PodResources,
  PodSandboxConfig,
  RuntimeContainer,
  RuntimeEventHandler,
  RuntimeFilter,
  RuntimeSandbox,
} from '@vk/node/pod-engine';
import { formatPodRef, NotFound } from '@vk/node/provider';
import type {
  CallContext,
  ContainerLogOptions,
  AskedStreams,
  ContainerStreams,
  DuplexStream,
  ImageCredentials,
  LogChunk,
  Pod,
  PodRef,
  PodStats,
  PreparedPod,
  ResourceRequirements,
  StreamingAddress,
} from '@vk/node/provider';
import { runtimeService } from '../client/cri-client.ts';
import { unlessGone } from '../client/unless-gone.ts';
import { StopPodSandboxRequest, RemovePodSandboxRequest, RemoveContainerRequest } from '../generated/api.ts';
import { UpdateContainerResourcesRequest } from '../generated/api.ts';
import { followContainers } from '../events/container-events.ts';
import { readLog } from '../logs/read-log.ts';
import { removeLogs } from '../logs/rotate-log.ts';
import { podCgroups } from '../mapping/cgroup-parent.ts';
import { linuxResources } from '../mapping/linux-resources.ts';
import { readPodStats } from '../stats/read-pod-stats.ts';
import { removePodCgroup } from '../host/remove-cgroups.ts';
import { allEnded } from './all-ended.ts';
import { createContainer } from './create-container.ts';
import type { CriServices } from './cri-services.ts';
import { execSync } from './exec-sync.ts';
import { PodCgroups } from './pod-cgroups.ts';
import { RunningContainers } from './running-containers.ts';
import { runPodSandbox } from './run-pod-sandbox.ts';
import { startContainer, stopContainer } from './start-and-stop.ts';
import { tellPodResources } from './tell-pod-resources.ts';
import { volumeSurroundings } from './volume-surroundings.ts';

const eventPollMilliseconds = 1_000;

/** A CRI runtime as the pod engine wants it: every verb may come again and then changes nothing more. */
export class CriRuntime implements ContainerRuntime {
  readonly #guessedName: string;
  readonly #services: CriServices;
  readonly #cgroups: PodCgroups;
  readonly #running: RunningContainers;
  /** The pods that this process has made ready, for their memory limits and sources. */
  readonly #prepared = new Map<string, PreparedPod>();

  /** @param guessedName is what the runtime is taken for until it has said its name. */
  constructor(guessedName: string, services: CriServices) {
    this.#guessedName = guessedName;
    this.#services = services;
    this.#cgroups = new PodCgroups(services);
    this.#running = new RunningContainers(services);
  }

  get name(): string {
    return this.#services.health.features?.name ?? this.#guessedName;
  }

  async preparePod(prepared: PreparedPod, call: CallContext): Promise<void> {
    const { files, volumes, inDoubt } = this.#services;
    if ((await files.make(prepared.ownership)) === 'found') inDoubt.add(prepared.ownership.uid);
    const surroundings = await volumeSurroundings(this.#services, prepared, call);
    await allEnded([files.makeLogs(prepared.ownership), volumes.setUp(prepared, surroundings, call.signal)]);
    this.#prepared.set(prepared.ownership.uid, prepared);
    this.#cgroups.hold(prepared.pod);
  }

  async releasePod({ uid }: PodRef, { signal }: CallContext): Promise<void> {
    this.#prepared.delete(uid);
    this.#services.devices.free(uid);
    this.#services.inDoubt.delete(uid);
    this.#cgroups.free(uid);
    await this.#services.volumes.remove(uid, signal);
  }

  async removePodData(ref: PodRef, call: CallContext): Promise<void> {
    const { cgroup, resourceSettings, files, log, clock } = this.#services;
    const { signal } = call;
    await this.releasePod(ref, call);
    for (const path of podCgroups(ref.uid, await cgroup.settings(call))) {
      try {
        await removePodCgroup(path, { unified: resourceSettings.unifiedCgroups, clock, signal });
      } catch (error) {
        log.warn('The cgroup of a pod that has ended could not be removed', { pod: ref.name, path, error });
      }
    }
    await files.remove(ref);
  }

  listPodData({ podUid }: RuntimeFilter): Promise<readonly PodData[]> {
    const { files } = this.#services;
    return podUid === undefined ? files.list() : files.find(podUid);
  }

  runPodSandbox(config: PodSandboxConfig, call: CallContext): Promise<RuntimeSandbox> {
    return runPodSandbox(this.#services, this.#cgroups, config, call);
  }

  async stopPodSandbox(podSandboxId: string, call: CallContext): Promise<void> {
    const request = StopPodSandboxRequest.fromPartial({ podSandboxId });
    await unlessGone(this.#services.client.runtime.call(runtimeService.stopPodSandbox, request, call));
  }

  async removePodSandbox(podSandboxId: string, call: CallContext): Promise<void> {
    await this.stopPodSandbox(podSandboxId, call);
    const request = RemovePodSandboxRequest.fromPartial({ podSandboxId });
    await unlessGone(this.#services.client.runtime.call(runtimeService.removePodSandbox, request, call));
  }

  listPodSandbox(filter: RuntimeFilter, call: CallContext): Promise<readonly RuntimeSandbox[]> {
    return this.#services.listing.sandboxes(filter, call);
  }

  /** The cgroup of the pod is this process's; the runtime is told. */
  async updatePodSandboxResources(
    sandboxId: string,
    { resources, overhead }: PodResources,
    call: CallContext,
  ): Promise<void> {
    const sandbox = await this.#services.listing.sandbox(sandboxId, call);
    if (sandbox === undefined) throw new NotFound(`sandbox ${sandboxId} is not there`);
    const pod = this.#preparedPod(sandbox.ref);
    await this.#services.cgroup.settings(call);
    const limits = await this.#cgroups.limit(pod, resources);
    await tellPodResources(this.#services, sandboxId, limits, overhead, call);
  }

  async createContainer(sandboxId: string, config: ContainerConfig, call: CallContext): Promise<string> {
    const id = await createContainer(this.#services, sandboxId, config, call);
    this.#cgroups.noteContainer(config.ref.uid, config.name, config.container.resources);
    this.#services.listing.noteCreated(id, sandboxId);
    return id;
  }

  startContainer(containerId: string, call: CallContext): Promise<void> {
    return startContainer(this.#services, containerId, call);
  }

  stopContainer(containerId: string, timeoutSeconds: number, call: CallContext): Promise<void> {
    return stopContainer(this.#services, containerId, timeoutSeconds, call);
  }

  async removeContainer(containerId: string, call: CallContext): Promise<void> {
    const { client, listing, files, paths } = this.#services;
    const run = await listing.container(containerId, call);
    const request = RemoveContainerRequest.fromPartial({ containerId });
    await unlessGone(client.runtime.call(runtimeService.removeContainer, request, call));
    if (run === undefined) return;
    await removeLogs(paths.logFile(run.ref, run.name, run.attempt));
    await files.removeRun(run.ref.uid, run.name, run.attempt);
  }

  listContainers(filter: RuntimeFilter, call: CallContext): Promise<readonly RuntimeContainer[]> {
    return this.#services.listing.containers(filter, call);
  }

  async updateContainerResources(
    containerId: string,
    resources: ResourceRequirements,
    call: CallContext,
  ): Promise<void> {
    const { client, listing, resourceSettings } = this.#services;
    const run = await listing.container(containerId, call);
    if (run === undefined) throw new NotFound(`container ${containerId} is not there`);
    const pod = this.#preparedPod(run.ref);
    await this.#services.cgroup.settings(call);
    const linux = linuxResources(pod, { name: run.name }, resources, resourceSettings);
    const request = UpdateContainerResourcesRequest.fromPartial({ containerId, linux });
    const limits = await this.#cgroups.resizing(pod, run.name, resources, () =>
      client.runtime.call(runtimeService.updateContainerResources, request, call),
    );
    await tellPodResources(this.#services, run.sandboxId, limits, pod.spec?.overhead ?? {}, call);
  }

  imageStatus(image: string, call: CallContext): Promise<ImageStatus | undefined> {
    return this.#services.images.status(image, call);
  }

  pullImage(image: string, credentials: readonly ImageCredentials[], call: CallContext): Promise<PulledImage> {
    return this.#services.images.pull(image, credentials, call);
  }

  execSync(
    containerId: string,
    command: readonly string[],
    options: { readonly timeoutMilliseconds?: number },
    call: CallContext,
  ): Promise<ExecSyncResult> {
    return execSync(this.#services, containerId, command, options, call);
  }

  exec(
    containerId: string,
    command: readonly string[],
    io: ContainerStreams,
    call: CallContext,
  ): Promise<{ readonly exitCode: number }> {
    return this.#services.streams.exec(containerId, command, io, call);
  }

  attach(containerId: string, io: ContainerStreams, call: CallContext): Promise<void> {
    return this.#services.streams.attach(containerId, io, call);
  }

  portForward(sandboxId: string, port: number, stream: DuplexStream, call: CallContext): Promise<void> {
    return this.#services.streams.portForward(sandboxId, port, stream, call);
  }

  getExec(
    containerId: string,
    command: readonly string[],
    streams: AskedStreams,
    call: CallContext,
  ): Promise<StreamingAddress> {
    return this.#services.streams.getExec(containerId, command, streams, call);
  }

  getAttach(containerId: string, streams: AskedStreams, call: CallContext): Promise<StreamingAddress> {
    return this.#services.streams.getAttach(containerId, streams, call);
  }

  getPortForward(sandboxId: string, call: CallContext): Promise<StreamingAddress> {
    return this.#services.streams.getPortForward(sandboxId, call);
  }

  containerLogs(run: RuntimeContainer, options: ContainerLogOptions, call: CallContext): AsyncIterable<LogChunk> {
    const { paths, clock } = this.#services;
    return readLog({
      ...options,
      path: paths.logFile(run.ref, run.name, run.attempt),
      root: paths.logs,
      clock,
      signal: call.signal,
      running: run.state !== 'exited',
      isRunning: () => this.#running.isRunning(run),
    });
  }

  readTerminationMessage(run: RuntimeContainer, _path: string, maximumBytes: number): Promise<string | undefined> {
    return this.#services.files.terminationMessage(run.ref.uid, run.name, run.attempt, maximumBytes);
  }

  podStats(refs: readonly PodRef[], call: CallContext): Promise<readonly PodStats[]> {
    return readPodStats(refs, this.#services, call);
  }

  containerEvents(onEvent: RuntimeEventHandler, { signal }: CallContext): Promise<void> {
    return followContainers({ ...this.#services, pollMilliseconds: eventPollMilliseconds }, onEvent, signal);
  }

  async status(call: CallContext): Promise<void> {
    await this.#services.health.check(call);
  }

  #preparedPod(ref: PodRef): Pod {
    const prepared = this.#prepared.get(ref.uid);
    if (prepared === undefined) throw new NotFound(`pod ${formatPodRef(ref)} was not made ready by this process`);
    return prepared.pod;
  }
}
