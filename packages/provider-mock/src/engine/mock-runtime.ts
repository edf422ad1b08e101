import { NotFound } from '@vk/node/provider';
import type {
  CallContext,
  Clock,
  ContainerLogOptions,
  ContainerStreams,
  DuplexStream,
  ImageCredentials,
  LogChunk,
  PodRef,
  PodStats,
  PreparedPod,
  ResourceRequirements,
} from '@vk/node/provider';
import { ExecTimeoutError } from '@vk/node/pod-engine';
import type {
  ContainerConfig,
  ContainerRuntime,
  ExecSyncResult,
  ImageStatus,
  PodData,
  PodSandboxConfig,
  PulledImage,
  RuntimeContainer,
  RuntimeEventHandler,
  RuntimeFilter,
  RuntimeSandbox,
} from '@vk/node/pod-engine';
import { readBehaviour } from '../behaviour.ts';
import { runCommand } from '../container/run-command.ts';
import { wholeFile } from '../file-system/file-content.ts';
import { forwardPort } from '../network/forward-port.ts';
import { HttpEcho } from '../network/http-echo.ts';
import { drawing } from '../pod-record-of.ts';
import type { Statistics } from '../statistics.ts';
import { collectOutput } from './collect-output.ts';
import { containerScriptOf } from './container-script.ts';
import { EngineContainer } from './engine-container.ts';
import { EngineContainers } from './engine-containers.ts';
import { PodDataStore } from './pod-data-store.ts';
import { EngineSandboxes } from './engine-sandboxes.ts';
import type { EngineSandboxesOptions } from './engine-sandboxes.ts';

export interface MockRuntimeOptions extends EngineSandboxesOptions {
  readonly clock: Clock;
  readonly defaults: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly limitBytes: number;
  readonly statistics: Statistics;
}

/** A container runtime in memory: the containers of the mock for the pod engine. It outlives the engines that use it. */
export class MockRuntime implements ContainerRuntime {
  readonly name = 'mock';
  readonly sandboxes: EngineSandboxes;
  readonly containers: EngineContainers;
  readonly #options: MockRuntimeOptions;
  readonly #data: PodDataStore;
  readonly #images = new Set<string>();
  readonly #handlers = new Set<RuntimeEventHandler>();
  readonly #http = new HttpEcho();
  #ids = 0;

  constructor(options: MockRuntimeOptions) {
    this.#options = options;
    this.sandboxes = new EngineSandboxes(options);
    this.containers = new EngineContainers(this.sandboxes);
    this.#data = new PodDataStore(options);
  }

  async preparePod(prepared: PreparedPod): Promise<void> {
    this.#data.put(prepared);
  }

  async removePodData({ uid }: PodRef): Promise<void> {
    this.#data.remove(uid);
  }

  async listPodData({ podUid }: RuntimeFilter): Promise<readonly PodData[]> {
    return this.#data.list(podUid);
  }

  async runPodSandbox(config: PodSandboxConfig, { signal }: CallContext): Promise<RuntimeSandbox> {
    const { clock, defaults, seed } = this.#options;
    const known = this.sandboxes.ofPod(config.ref.uid).find(({ info }) => info.attempt === config.attempt);
    if (known !== undefined) return known.info;
    const behaviour = readBehaviour(config.prepared.pod, defaults, 'engine');
    const delay = drawing(config.prepared, seed)(behaviour.of('start-delay'), 'start-delay') ?? 0;
    if (delay > 0 && config.attempt === 0) await clock.sleep(delay, signal);
    const sandbox = this.sandboxes.add(`sandbox-${++this.#ids}`, config, behaviour);
    this.#tell(config.ref.uid);
    return sandbox.info;
  }

  async stopPodSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox === undefined || sandbox.info.state === 'notready') return;
    for (const container of this.containers.inSandbox(sandbox)) container.exit(137);
    this.sandboxes.stop(sandboxId);
    this.#tell(sandbox.info.ref.uid);
  }

  async removePodSandbox(sandboxId: string): Promise<void> {
    await this.stopPodSandbox(sandboxId);
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox === undefined) return;
    for (const container of this.containers.inSandbox(sandbox)) this.containers.remove(container);
    this.sandboxes.remove(sandboxId);
    this.#tell(sandbox.info.ref.uid);
  }

  async listPodSandbox({ podUid }: RuntimeFilter): Promise<readonly RuntimeSandbox[]> {
    const found = podUid === undefined ? this.sandboxes.all() : this.sandboxes.ofPod(podUid);
    return found.map(({ info }) => info);
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const { clock, now, defaults, seed, limitBytes, nodeName } = this.#options;
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox === undefined) throw new NotFound(`there is no sandbox ${sandboxId}`);
    const known = this.containers
      .ofPod(config.ref.uid)
      .find((container) => container.config.name === config.name && container.config.attempt === config.attempt);
    if (known !== undefined) return known.id;
    const behaviour = readBehaviour(config.prepared.pod, defaults, 'engine');
    const container = new EngineContainer({
      id: `container-${++this.#ids}`,
      sandboxId,
      config,
      script: containerScriptOf(config.prepared, config.name, behaviour, seed),
      hostname: sandbox.hostname === '' ? nodeName : sandbox.hostname,
      volumes: () => this.#data.volumesOf(config.prepared, () => this.sandboxes.valuesOf(config.ref.uid)),
      limitBytes,
      clock,
      now,
      onChange: () => this.#tell(config.ref.uid),
    });
    this.containers.add(container, sandbox);
    this.#tell(config.ref.uid);
    return container.id;
  }

  async startContainer(containerId: string): Promise<void> {
    this.containers.get(containerId).start();
  }

  async stopContainer(containerId: string, timeoutSeconds: number, { signal }: CallContext): Promise<void> {
    await this.containers.find(containerId)?.stop(timeoutSeconds * 1_000, signal);
  }

  async removeContainer(containerId: string): Promise<void> {
    const container = this.containers.find(containerId);
    if (container === undefined) return;
    container.exit(137);
    this.containers.remove(container);
    this.#tell(container.config.ref.uid);
  }

  async listContainers({ podUid }: RuntimeFilter): Promise<readonly RuntimeContainer[]> {
    const found = podUid === undefined ? this.containers.all() : this.containers.ofPod(podUid);
    return found.map(({ info }) => info);
  }

  /** There are no limits that would be kept: whatever is asked for is so. */
  async updateContainerResources(containerId: string, _resources: ResourceRequirements): Promise<void> {
    this.containers.get(containerId);
  }

  async imageStatus(image: string): Promise<ImageStatus | undefined> {
    return this.#images.has(image) ? { imageRef: `mock://${image}` } : undefined;
  }

  /** There is no registry that would refuse any credentials: the first are taken. */
  async pullImage(image: string, credentials: readonly ImageCredentials[]): Promise<PulledImage> {
    this.#images.add(image);
    return { imageRef: `mock://${image}`, pulledWith: credentials[0] ?? 'none' };
  }

  async execSync(
    containerId: string,
    command: readonly string[],
    { timeoutMilliseconds }: { readonly timeoutMilliseconds?: number },
    call: CallContext,
  ): Promise<ExecSyncResult> {
    const late = new AbortController();
    const timer =
      timeoutMilliseconds === undefined
        ? undefined
        : this.#options.clock.setTimer(
            () => late.abort(new ExecTimeoutError(timeoutMilliseconds)),
            timeoutMilliseconds,
          );
    const [stdout, stderr] = [collectOutput(), collectOutput()];
    const io = { stdout: stdout.stream, stderr: stderr.stream, tty: false, resizes: stdout.noSizes };
    try {
      const exitCode = await this.containers
        .running(containerId)
        .during(call, (machine, signal) => runCommand(machine, command, io, AbortSignal.any([signal, late.signal])));
      return { exitCode, stdout: stdout.bytes(), stderr: stderr.bytes() };
    } finally {
      timer?.cancel();
    }
  }

  async exec(
    containerId: string,
    command: readonly string[],
    io: ContainerStreams,
    call: CallContext,
  ): Promise<{ readonly exitCode: number }> {
    const exitCode = await this.containers
      .running(containerId)
      .during(call, (machine, signal) => runCommand(machine, command, io, signal));
    return { exitCode };
  }

  async attach(containerId: string, io: ContainerStreams, call: CallContext): Promise<void> {
    await this.containers.running(containerId).attach(io, call);
  }

  async portForward(sandboxId: string, port: number, stream: DuplexStream, { signal }: CallContext): Promise<void> {
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox === undefined) throw new NotFound(`there is no sandbox ${sandboxId}`);
    const ports = this.containers.isServed(sandbox, port) ? sandbox.ports : { http: [], echo: [], discard: [] };
    await forwardPort({ ref: sandbox.info.ref, port, ports, http: this.#http }, stream, signal);
  }

  containerLogs({ id }: RuntimeContainer, options: ContainerLogOptions, call: CallContext): AsyncIterable<LogChunk> {
    return this.containers.get(id).log(options, call);
  }

  async readTerminationMessage(
    { id }: RuntimeContainer,
    path: string,
    maximumBytes: number,
  ): Promise<string | undefined> {
    const node = this.containers.find(id)?.machine?.files.find(path);
    if (node?.kind !== 'file') return undefined;
    const content = wholeFile(node);
    return content.subarray(Math.max(0, content.length - maximumBytes)).toString('utf8');
  }

  async podStats(refs: readonly PodRef[]): Promise<readonly PodStats[]> {
    return this.#options.statistics.pods(refs.flatMap(({ uid }) => this.containers.measuredPod(uid)));
  }

  async containerEvents(onEvent: RuntimeEventHandler, { signal }: CallContext): Promise<void> {
    if (signal.aborted) return;
    this.#handlers.add(onEvent);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    this.#handlers.delete(onEvent);
  }

  #tell(podUid: string): void {
    for (const handler of this.#handlers) handler(podUid);
  }
}
