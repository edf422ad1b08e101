import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  CgroupDriver,
  ContainerEventResponse,
  ContainerEventType,
  ContainerState,
  PodSandboxState,
  RuntimeServiceDefinition,
} from '../generated/api.ts';
import {
  containerStatus,
  isSame,
  matches,
  nameOf,
  now,
  sandboxStatus,
  writeLog,
  type FakeContainer,
  type FakeImage,
  type FakeSandbox,
} from './fake-objects.ts';
import { serveImages, type FakeImages } from './fake-images.ts';
import { GrpcFailure, GrpcServer } from './grpc-server.ts';

const notFound = 5;
const unknown = 2;
const unimplemented = 12;

export interface FakeCriOptions {
  /** Whether GetContainerEvents is served. `empty`: it ends at once and tells of nothing, as CRI-O's does where it is not enabled. */
  readonly events: boolean | 'empty';
}

/**
 * A runtime in memory behind the real protocol, built from the CRI's own definition. Its containers do what the last number of
 * `exit N` in their command says, at once, or run until they are stopped. It keeps names as containerd does.
 */
export class FakeCri implements FakeImages {
  readonly sandboxes: Map<string, FakeSandbox> = new Map();
  readonly containers: Map<string, FakeContainer> = new Map();
  /** Images that are there, by reference. */
  readonly images: Map<string, FakeImage> = new Map();
  readonly conditions: { type: string; status: boolean; reason: string; message: string }[] = [
    { type: 'RuntimeReady', status: true, reason: '', message: '' },
    { type: 'NetworkReady', status: true, reason: '', message: '' },
  ];
  /** With which user's credentials images were asked for. Those from `private.example` are for the user `right` only. */
  readonly pulls: { readonly image: string; readonly username: string }[] = [];
  /** What the verbose status shows. */
  readonly info: Record<string, string> = {};
  /** As what it shows itself; some of what a runtime can do goes by its version. */
  readonly runtime: { name: string; version: string } = { name: 'fake', version: '1.2.3' };
  /** What it can do, by runtime handler. */
  readonly handlers: { name: string; features: { recursiveReadOnlyMounts: boolean; userNamespaces: boolean } }[] = [];
  /** What RuntimeConfig says; without it the runtime does not know the call. */
  cgroupDriver: 'cgroupfs' | 'systemd' | undefined;
  /** Methods that fail, by name. */
  readonly failing: Set<string> = new Set();
  /** Methods that give no answer for as long as their callers wait, by name. */
  readonly hanging: Set<string> = new Set();
  readonly #options: FakeCriOptions;
  readonly #listeners = new Set<(event: ContainerEventResponse) => void>();
  #server: GrpcServer | undefined;
  #ids = 0;

  constructor(options: FakeCriOptions) {
    this.#options = options;
  }

  get calls(): readonly string[] {
    return this.#server?.calls ?? [];
  }

  /** Begins to answer on a socket; again after `stop`, with everything as it was. */
  async start(socket: string): Promise<void> {
    const server = new GrpcServer((method, signal) => this.#hinder(method, signal));
    this.#serveRuntime(server);
    this.#serveContainers(server);
    serveImages(server, this);
    await mkdir(dirname(socket), { recursive: true });
    await server.listen(socket);
    this.#server = server;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  clear(): void {
    this.sandboxes.clear();
    this.containers.clear();
  }

  /** A container's process ends. */
  exit(container: FakeContainer, exitCode: number): void {
    if (container.state === ContainerState.CONTAINER_EXITED) return;
    container.state = ContainerState.CONTAINER_EXITED;
    container.exitCode = exitCode;
    container.finishedAt = now();
    this.#tell(container.sandboxId, container.id, ContainerEventType.CONTAINER_STOPPED_EVENT);
  }

  #serveRuntime(server: GrpcServer): void {
    server.serve(RuntimeServiceDefinition, {
      version: async () => ({
        version: '0.1.0',
        runtimeName: this.runtime.name,
        runtimeVersion: this.runtime.version,
        runtimeApiVersion: 'v1',
      }),
      runtimeConfig: async () => {
        if (this.cgroupDriver === undefined) throw new GrpcFailure(unimplemented, 'unknown method RuntimeConfig');
        const cgroupDriver = this.cgroupDriver === 'systemd' ? CgroupDriver.SYSTEMD : CgroupDriver.CGROUPFS;
        return { linux: { cgroupDriver } };
      },
      status: async () => ({
        status: { conditions: this.conditions },
        info: this.info,
        runtimeHandlers: this.handlers,
      }),
      runPodSandbox: async ({ config, runtimeHandler }) => {
        if (config === undefined) throw new GrpcFailure(unknown, 'a sandbox needs a config');
        const name = nameOf(config.metadata);
        const known = [...this.sandboxes.values()].find((other) => nameOf(other.config.metadata) === name);
        if (known !== undefined) {
          throw new GrpcFailure(
            unknown,
            `failed to reserve sandbox name "${name}": name "${name}" is reserved for "${known.id}"`,
          );
        }
        const id = this.#newId();
        const ip = `10.1.0.${this.#ids}`;
        const state = PodSandboxState.SANDBOX_READY;
        this.sandboxes.set(id, { id, config, runtimeHandler, createdAt: now(), ip, state });
        this.#tell(id, id, ContainerEventType.CONTAINER_STARTED_EVENT);
        return { podSandboxId: id };
      },
      stopPodSandbox: async ({ podSandboxId }) => {
        const sandbox = this.sandboxes.get(podSandboxId);
        if (sandbox !== undefined) {
          for (const container of this.#containersOf(podSandboxId)) this.exit(container, 137);
          sandbox.state = PodSandboxState.SANDBOX_NOTREADY;
          this.#tell(podSandboxId, podSandboxId, ContainerEventType.CONTAINER_STOPPED_EVENT);
        }
        return {};
      },
      removePodSandbox: async ({ podSandboxId }) => {
        for (const { id } of this.#containersOf(podSandboxId)) this.containers.delete(id);
        this.#tell(podSandboxId, podSandboxId, ContainerEventType.CONTAINER_DELETED_EVENT);
        this.sandboxes.delete(podSandboxId);
        return {};
      },
      podSandboxStatus: async ({ podSandboxId }) => ({
        status: sandboxStatus(this.#sandbox(podSandboxId)),
        info: {},
        containersStatuses: [],
        timestamp: 0n,
      }),
      listPodSandbox: async ({ filter }) => ({
        items: [...this.sandboxes.values()]
          .filter(({ config }) => matches(config.labels, filter?.labelSelector))
          .map(({ id, config, state, createdAt }) => {
            const { labels, annotations } = config;
            return { id, metadata: config.metadata, state, createdAt, labels, annotations, runtimeHandler: '' };
          }),
      }),
      ...(this.#options.events !== false && {
        getContainerEvents: async (_request, { send, signal }) => {
          if (this.#options.events === 'empty') return undefined;
          this.#listeners.add(send);
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve());
          });
          this.#listeners.delete(send);
          return undefined;
        },
      }),
    });
  }

  #serveContainers(server: GrpcServer): void {
    server.serve(RuntimeServiceDefinition, {
      createContainer: async ({ podSandboxId, config, sandboxConfig }) => {
        const sandbox = this.#sandbox(podSandboxId);
        if (config === undefined) throw new GrpcFailure(unknown, 'a container needs a config');
        const name = `${config.metadata?.name}_${nameOf(sandbox.config.metadata)}_${config.metadata?.attempt}`;
        const known = this.#containersOf(podSandboxId).find(({ config: other }) => isSame(other, config));
        if (known !== undefined) {
          throw new GrpcFailure(
            unknown,
            `failed to reserve container name "${name}": name "${name}" is reserved for "${known.id}"`,
          );
        }
        const id = this.#newId();
        this.containers.set(id, {
          id,
          sandboxId: podSandboxId,
          config,
          logDirectory: sandboxConfig?.logDirectory ?? '',
          createdAt: now(),
          state: ContainerState.CONTAINER_CREATED,
          startedAt: 0n,
          finishedAt: 0n,
          exitCode: 0,
        });
        this.#tell(podSandboxId, id, ContainerEventType.CONTAINER_CREATED_EVENT);
        return { containerId: id };
      },
      startContainer: async ({ containerId }) => {
        const container = this.#container(containerId);
        if (container.state !== ContainerState.CONTAINER_CREATED) {
          throw new GrpcFailure(unknown, `container is in state ${container.state}`);
        }
        container.state = ContainerState.CONTAINER_RUNNING;
        container.startedAt = now();
        writeLog(container, `${container.config.metadata?.name} runs\n`);
        this.#tell(container.sandboxId, containerId, ContainerEventType.CONTAINER_STARTED_EVENT);
        const exits = /exit (\d+)$/u.exec(container.config.command.at(-1) ?? '')?.[1];
        if (exits !== undefined) setImmediate(() => this.exit(container, Number(exits)));
        return {};
      },
      stopContainer: async ({ containerId }) => {
        this.exit(this.#container(containerId), 0);
        return {};
      },
      removeContainer: async ({ containerId }) => {
        this.containers.delete(containerId);
        return {};
      },
      listContainers: async ({ filter }) => ({
        containers: [...this.containers.values()]
          .filter(({ config }) => matches(config.labels, filter?.labelSelector))
          .map((container) => {
            const { id, sandboxId: podSandboxId, config, state, createdAt } = container;
            const { metadata, image, labels, annotations } = config;
            const imageRef = image?.image ?? '';
            return {
              id,
              podSandboxId,
              metadata,
              image,
              imageRef,
              state,
              createdAt,
              labels,
              annotations,
              imageId: imageRef,
            };
          }),
      }),
      containerStatus: async ({ containerId }) => ({ status: containerStatus(this.#container(containerId)), info: {} }),
      execSync: async ({ cmd }) => ({ stdout: Buffer.from(cmd.join(' ')), stderr: new Uint8Array(), exitCode: 0 }),
      listContainerStats: async () => ({ stats: [] }),
      reopenContainerLog: async ({ containerId }) => {
        writeLog(this.#container(containerId), 'reopened\n');
        return {};
      },
    });
  }

  #containersOf(sandboxId: string): FakeContainer[] {
    return [...this.containers.values()].filter((container) => container.sandboxId === sandboxId);
  }

  #sandbox(id: string): FakeSandbox {
    const sandbox = this.sandboxes.get(id);
    if (sandbox === undefined) throw new GrpcFailure(notFound, `sandbox "${id}" was not found`);
    return sandbox;
  }

  #container(id: string): FakeContainer {
    const container = this.containers.get(id);
    if (container === undefined) throw new GrpcFailure(notFound, `container "${id}" was not found`);
    return container;
  }

  #tell(sandboxId: string, containerId: string, containerEventType: ContainerEventType): void {
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox === undefined) return;
    const podSandboxStatus = sandboxStatus(sandbox);
    const event = ContainerEventResponse.fromPartial({ containerId, containerEventType, podSandboxStatus });
    for (const listener of this.#listeners) listener(event);
  }

  async #hinder(method: string, signal: AbortSignal): Promise<void> {
    if (this.failing.has(method)) throw new GrpcFailure(unknown, `${method} fails`);
    if (!this.hanging.has(method)) return;
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    throw new GrpcFailure(unknown, `nobody waits for ${method} any more`);
  }

  #newId(): string {
    this.#ids += 1;
    return `fake-${this.#ids}`;
  }
}
