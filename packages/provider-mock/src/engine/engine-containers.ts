import { NotFound } from '@vk/node/provider';
import type { MeasuredPod } from '../statistics.ts';
import type { EngineContainer } from './engine-container.ts';
import type { EngineSandbox, EngineSandboxes } from './engine-sandboxes.ts';

/** The containers of one node's mock runtime, each in its sandbox. */
export class EngineContainers {
  readonly #sandboxes: EngineSandboxes;
  readonly #byId = new Map<string, EngineContainer>();

  constructor(sandboxes: EngineSandboxes) {
    this.#sandboxes = sandboxes;
  }

  add(container: EngineContainer, { containers }: EngineSandbox): void {
    this.#byId.set(container.id, container);
    containers.add(container.id);
  }

  remove({ id, sandboxId }: EngineContainer): void {
    this.#byId.delete(id);
    this.#sandboxes.get(sandboxId)?.containers.delete(id);
  }

  all(): EngineContainer[] {
    return [...this.#byId.values()];
  }

  find(containerId: string): EngineContainer | undefined {
    return this.#byId.get(containerId);
  }

  /** @throws NotFound */
  get(containerId: string): EngineContainer {
    const container = this.#byId.get(containerId);
    if (container === undefined) throw new NotFound(`there is no container ${containerId}`);
    return container;
  }

  /** @throws NotFound also for one that does not run. */
  running(containerId: string): EngineContainer {
    const container = this.get(containerId);
    if (container.state !== 'running') throw new NotFound(`container ${container.config.name} does not run`);
    return container;
  }

  ofPod(uid: string): EngineContainer[] {
    return this.#sandboxes.ofPod(uid).flatMap((sandbox) => this.inSandbox(sandbox));
  }

  inSandbox({ containers }: EngineSandbox): EngineContainer[] {
    return Array.from(containers, (id) => this.#byId.get(id)).filter((container) => container !== undefined);
  }

  /** The pod with its running containers, for its figures. None when nothing of it runs. */
  measuredPod(uid: string): MeasuredPod[] {
    const sandbox = this.#sandboxes.ofPod(uid).find(({ info }) => info.state === 'ready');
    if (sandbox === undefined) return [];
    const containers = this.ofPod(uid)
      .filter(({ state }) => state === 'running')
      .map(({ config: { name }, startedAt = 0, script: { cpuUsage, memoryUsage } }) => ({
        name,
        startedAt,
        ...(cpuUsage !== undefined && { cpuUsage }),
        ...(memoryUsage !== undefined && { memoryUsage }),
      }));
    return [{ ref: sandbox.info.ref, startedAt: sandbox.info.createdAt, containers }];
  }

  /** True when something answers at a port of the pod: its container runs, where one declares it. */
  isServed({ info, ports }: EngineSandbox, port: number): boolean {
    if (info.state !== 'ready' || !Object.values(ports).some((known: readonly number[]) => known.includes(port)))
      return false;
    const containers = this.ofPod(info.ref.uid);
    const declares = ({ config }: EngineContainer): boolean =>
      (config.container.ports ?? []).some(({ containerPort }) => containerPort === port);
    const declaring = containers.filter(declares);
    return (declaring.length > 0 ? declaring : containers).some(({ state }) => state === 'running');
  }
}
