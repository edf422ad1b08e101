import type { CallContext } from '../provider/call-context.ts';
import type { ContainerLogOptions, LogChunk } from '../provider/container-logs.ts';
import { NotFound } from '../provider/errors/not-found.ts';
import { Terminal } from '../provider/errors/terminal.ts';
import type { ImageCredentials } from '../provider/provider-context.ts';
import type { ResourceRequirements } from '../provider/wire.ts';
import type { Clock, Timer } from '../work/clock.ts';
import type {
  ContainerRuntime,
  ExecSyncResult,
  RuntimeChange,
  RuntimeEventHandler,
  RuntimeFilter,
} from '../pod-engine/runtime/container-runtime.ts';
import type { ContainerConfig, ContainerRecord, RuntimeContainer } from '../pod-engine/runtime/container.ts';
import type { ImageStatus, PulledImage } from '../pod-engine/runtime/image.ts';
import type { PodSandboxConfig, RuntimeSandbox } from '../pod-engine/runtime/sandbox.ts';

/** What one run of a container does. By default it runs until it is stopped, and stops at once. */
export interface ContainerScript {
  /** It ends by itself after this time; absent: never. */
  readonly runMilliseconds?: number;
  readonly exitCode?: number;
  /** How long it goes on after its stop signal; `Infinity` until it is killed. */
  readonly stopMilliseconds?: number;
  readonly stopExitCode?: number;
  readonly startError?: string;
  readonly reason?: string;
  readonly terminationMessage?: string;
  readonly log?: string;
  readonly user?: RuntimeContainer['user'];
  readonly stopSignal?: string;
}

export interface FakeContainer extends RuntimeContainer {
  readonly config: ContainerConfig;
}

/** A container runtime in memory. It outlives the engines that use it, so that restarts of a process are real. */
export class FakeContainerRuntime implements ContainerRuntime {
  readonly name = 'fake';
  readonly sandboxes: Map<string, RuntimeSandbox> = new Map();
  readonly containers: Map<string, FakeContainer> = new Map();
  readonly sandboxConfigs: Map<string, PodSandboxConfig> = new Map();
  /** Images that are there without a pull. */
  readonly images: Set<string> = new Set();
  /** Every verb that changes something, in order: `createContainer app 0`. */
  readonly calls: string[] = [];
  /** What must never happen: the same run made twice, two runs of one container at once. */
  readonly violations: string[] = [];
  readonly pulls: { readonly image: string; readonly credentials: readonly ImageCredentials[] }[] = [];
  script: (run: ContainerRecord) => ContainerScript = () => ({});
  /** Why an image cannot be pulled; undefined when it can. */
  pullError: (image: string) => Error | undefined = () => undefined;
  /** What the registry gives an image for. */
  registryTakes: (image: string, given: ImageCredentials | 'none') => boolean = () => true;
  runCommand: (container: string, command: readonly string[], call: CallContext) => Promise<number> = () =>
    Promise.resolve(0);
  /** Called before each verb; what it throws is the answer. It may wait. */
  before: (call: string, context: CallContext) => void | Promise<void> = () => undefined;
  /** Whether a sandbox that starts gets an address. */
  address: (attempt: number) => string | undefined = (attempt) => `10.0.0.${attempt + 1}`;
  readonly #clock: Clock;
  readonly #timers = new Map<string, Timer>();
  readonly #handlers = new Set<RuntimeEventHandler>();
  #ids = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async runPodSandbox(config: PodSandboxConfig, call: CallContext): Promise<RuntimeSandbox> {
    await this.#begin(`runPodSandbox ${config.ref.name} ${config.attempt}`, call);
    const known = [...this.sandboxes.values()].find(
      ({ ref, attempt }) => ref.uid === config.ref.uid && attempt === config.attempt,
    );
    if (known !== undefined) return known;
    const id = `sandbox-${++this.#ids}`;
    const ip = this.address(config.attempt);
    const { ref, attempt, ownership, appliedHash } = config;
    const createdAt = this.#clock.now();
    this.sandboxConfigs.set(id, config);
    const sandbox: RuntimeSandbox = {
      id,
      ref,
      attempt,
      ownership,
      appliedHash,
      state: 'ready',
      createdAt,
      ips: ip === undefined ? [] : [ip],
    };
    this.sandboxes.set(id, sandbox);
    this.#tell(ref.uid, { id, state: 'running' });
    return sandbox;
  }

  async stopPodSandbox(sandboxId: string, call: CallContext): Promise<void> {
    const sandbox = this.sandboxes.get(sandboxId);
    await this.#begin(`stopPodSandbox ${sandbox?.ref.name ?? ''}`, call);
    this.killSandbox(sandboxId);
  }

  async removePodSandbox(sandboxId: string, call: CallContext): Promise<void> {
    const sandbox = this.sandboxes.get(sandboxId);
    await this.#begin(`removePodSandbox ${sandbox?.ref.name ?? ''}`, call);
    this.killSandbox(sandboxId);
    for (const { id, sandboxId: own } of this.containers.values()) if (own === sandboxId) this.containers.delete(id);
    this.sandboxes.delete(sandboxId);
    if (sandbox !== undefined) this.#tell(sandbox.ref.uid, { id: sandboxId, state: 'removed' });
  }

  async listPodSandbox({ podUid }: RuntimeFilter, call: CallContext): Promise<readonly RuntimeSandbox[]> {
    await this.before('listPodSandbox', call);
    return [...this.sandboxes.values()].filter(({ ref }) => podUid === undefined || ref.uid === podUid);
  }

  async createContainer(sandboxId: string, config: ContainerConfig, call: CallContext): Promise<string> {
    await this.#begin(`createContainer ${config.name} ${config.attempt}`, call);
    const { ref, name, attempt, specHash, resources, restartDelayMilliseconds, stopSpec, imageRef } = config;
    const known = this.runs(ref.uid, name).find((run) => run.attempt === attempt);
    if (known !== undefined) return known.id;
    if (!this.sandboxes.has(sandboxId)) throw new NotFound(`no sandbox ${sandboxId}`);
    const id = `container-${++this.#ids}`;
    const image = config.container.image ?? '';
    const record = { ref, name, attempt, specHash, resources, restartDelayMilliseconds };
    const stored = { ...record, ...(stopSpec !== undefined && { stopSpec }) };
    const createdAt = this.#clock.now();
    this.containers.set(id, { ...stored, id, sandboxId, state: 'created', image, imageRef, createdAt, config });
    this.#tell(ref.uid, { id, state: 'created' });
    return id;
  }

  async startContainer(containerId: string, call: CallContext): Promise<void> {
    const container = this.#get(containerId);
    await this.#begin(`startContainer ${container.name} ${container.attempt}`, call);
    if (this.#get(containerId).state !== 'created') return;
    const script = this.script(container);
    if (script.startError !== undefined) throw new Terminal(script.startError);
    const others = this.runs(container.ref.uid, container.name).filter(({ state }) => state === 'running');
    if (others.length > 0) this.violations.push(`two runs of ${container.name} at once`);
    const { user, stopSignal } = script;
    this.#set(containerId, {
      state: 'running',
      startedAt: this.#clock.now(),
      ...(user !== undefined && { user }),
      ...(stopSignal !== undefined && { stopSignal }),
    });
    if (script.runMilliseconds !== undefined) {
      this.#at(containerId, script.runMilliseconds, () => this.exit(containerId, script.exitCode ?? 0));
    }
  }

  async stopContainer(containerId: string, timeoutSeconds: number, call: CallContext): Promise<void> {
    const container = this.containers.get(containerId);
    if (container === undefined) return;
    await this.#begin(`stopContainer ${container.name} ${timeoutSeconds}`, call);
    if (this.containers.get(containerId)?.state !== 'running') return;
    const { stopMilliseconds = 0, stopExitCode = 143 } = this.script(container);
    const grace = timeoutSeconds * 1000;
    const killed = stopMilliseconds > grace;
    if (stopMilliseconds > 0) await this.#clock.sleep(Math.min(stopMilliseconds, grace), call.signal);
    this.exit(containerId, killed ? 137 : stopExitCode);
  }

  async removeContainer(containerId: string, call: CallContext): Promise<void> {
    const container = this.containers.get(containerId);
    if (container === undefined) return;
    await this.#begin(`removeContainer ${container.name} ${container.attempt}`, call);
    this.containers.delete(containerId);
    this.#tell(container.ref.uid, { id: containerId, state: 'removed' });
  }

  async listContainers({ podUid }: RuntimeFilter, call: CallContext): Promise<readonly RuntimeContainer[]> {
    await this.before('listContainers', call);
    return [...this.containers.values()].filter(({ ref }) => podUid === undefined || ref.uid === podUid);
  }

  async updateContainerResources(id: string, resources: ResourceRequirements, call: CallContext): Promise<void> {
    await this.#begin(`updateContainerResources ${this.#get(id).name} ${JSON.stringify(resources)}`, call);
  }

  async imageStatus(image: string, call: CallContext): Promise<ImageStatus | undefined> {
    await this.before(`imageStatus ${image}`, call);
    return this.images.has(image) ? { imageRef: `sha256:${image}` } : undefined;
  }

  async pullImage(image: string, credentials: readonly ImageCredentials[], call: CallContext): Promise<PulledImage> {
    await this.#begin(`pullImage ${image}`, call);
    this.pulls.push({ image, credentials });
    const error = this.pullError(image);
    if (error !== undefined) throw error;
    const pulledWith = [...credentials, 'none' as const].find((given) => this.registryTakes(image, given));
    if (pulledWith === undefined) throw new Error('pull access denied');
    this.images.add(image);
    return { imageRef: `sha256:${image}`, sizeBytes: 1000, pulledWith };
  }

  async execSync(
    containerId: string,
    command: readonly string[],
    _options: { readonly timeoutMilliseconds?: number },
    call: CallContext,
  ): Promise<ExecSyncResult> {
    const { name } = this.#get(containerId);
    await this.#begin(`execSync ${name} ${command.join(' ')}`, call);
    const exitCode = await this.runCommand(name, command, call);
    const output = exitCode === 0 ? '' : `exited with ${exitCode}`;
    return { exitCode, stdout: Buffer.from(output), stderr: Buffer.alloc(0) };
  }

  async *containerLogs(
    { id }: RuntimeContainer,
    { tailLines }: ContainerLogOptions,
    call: CallContext,
  ): AsyncIterable<LogChunk> {
    await this.before('containerLogs', call);
    const lines = (this.script(this.#get(id)).log ?? '').split(/(?<=\n)/u);
    for (const line of tailLines === undefined ? lines : lines.slice(-tailLines)) yield { bytes: Buffer.from(line) };
  }

  async readTerminationMessage(
    { id }: RuntimeContainer,
    _path: string,
    maximumBytes: number,
    call: CallContext,
  ): Promise<string | undefined> {
    await this.before('readTerminationMessage', call);
    return this.script(this.#get(id)).terminationMessage?.slice(-maximumBytes);
  }

  async containerEvents(onEvent: RuntimeEventHandler, { signal }: CallContext): Promise<void> {
    this.#handlers.add(onEvent);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    this.#handlers.delete(onEvent);
  }

  /** The runs of one container, the newest first. */
  runs(podUid: string, name: string): FakeContainer[] {
    return [...this.containers.values()]
      .filter((container) => container.ref.uid === podUid && container.name === name)
      .sort((a, b) => b.attempt - a.attempt);
  }

  /** A container ends. */
  exit(containerId: string, exitCode: number): void {
    const container = this.containers.get(containerId);
    if (container?.state !== 'running') return;
    this.#timers.get(containerId)?.cancel();
    const reason = this.script(container).reason ?? (exitCode === 0 ? 'Completed' : 'Error');
    this.#set(containerId, { state: 'exited', exitCode, reason, finishedAt: this.#clock.now() });
  }

  /** A sandbox ends with everything in it. */
  killSandbox(sandboxId: string): void {
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox?.state !== 'ready') return;
    for (const container of this.containers.values()) {
      if (container.sandboxId === sandboxId) this.exit(container.id, 137);
    }
    this.sandboxes.set(sandboxId, { ...sandbox, state: 'notready' });
    this.#tell(sandbox.ref.uid, { id: sandboxId, state: 'exited' });
  }

  #get(containerId: string): FakeContainer {
    const container = this.containers.get(containerId);
    if (container === undefined) throw new NotFound(`no container ${containerId}`);
    return container;
  }

  #set(containerId: string, change: Partial<FakeContainer>): void {
    const container = this.#get(containerId);
    this.containers.set(containerId, { ...container, ...change });
    const { state } = { ...container, ...change };
    this.#tell(container.ref.uid, state === 'unknown' ? undefined : { id: containerId, state });
  }

  #at(containerId: string, milliseconds: number, callback: () => void): void {
    this.#timers.set(containerId, this.#clock.setTimer(callback, milliseconds));
  }

  #tell(podUid: string, change?: RuntimeChange): void {
    for (const handler of this.#handlers) handler(podUid, change);
  }

  async #begin(call: string, context: CallContext): Promise<void> {
    this.calls.push(call);
    await this.before(call, context);
  }
}
