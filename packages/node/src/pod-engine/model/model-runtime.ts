import type { ActionOutcome, ActionValue, EngineAction, StepOf } from '../machine/engine-action.ts';
import { resourcesText } from '../machine/resources.ts';
import { containerSpecHash } from '../machine/spec-hash.ts';
import type { SeenChange } from '../driver/seen-pod.ts';
import { mayRun } from '../machine/observation.ts';
import { isSidecar } from '../machine/restart-decision.ts';
import { allContainers } from '../machine/turn.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { Pod, ResourceRequirements } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';

const ref: PodRef = { namespace: 'default', name: 'web', uid: 'web-uid' };
const ownership = { clusterId: 'c', nodeName: 'n', ...ref };

const twoRuns = 'two runs';

/** A runtime without time of its own: what an action does is done when the walk says so. */
export class ModelRuntime {
  sandboxes: RuntimeSandbox[] = [];
  containers: RuntimeContainer[] = [];
  /** What must never happen. */
  readonly violations: string[] = [];
  /** How often each container was started, by name. */
  readonly starts: Map<string, number> = new Map();
  /** Of which init containers the next ones may rely: `sandbox/name`. */
  readonly through: Set<string> = new Set();
  readonly sidecars: ReadonlySet<string>;
  /** What each container has, by id, and the pod as a whole. */
  readonly resources: Map<string, ResourceRequirements> = new Map();
  podResources: ResourceRequirements | undefined;
  readonly #random: () => number;
  #ids = 0;

  constructor(pod: Pod, random: () => number) {
    this.#random = random;
    this.sidecars = new Set((pod.spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  }

  /** Does what an action asks for. Idempotent, as a runtime is. Gives what its answer tells. */
  perform(action: EngineAction, pod: Pod, now: number): SeenChange | undefined {
    switch (action.kind) {
      case 'create-sandbox':
        return { sandbox: this.#createSandbox(action, now) };
      case 'stop-sandbox':
        this.killSandbox(action.sandboxId, now);
        return undefined;
      case 'remove-sandbox':
        this.killSandbox(action.sandboxId, now);
        this.sandboxes = this.sandboxes.filter(({ id }) => id !== action.sandboxId);
        this.containers = this.containers.filter(({ sandboxId }) => sandboxId !== action.sandboxId);
        return undefined;
      case 'create-container': {
        const created = this.#create(action, pod, now);
        return created === undefined ? undefined : { created: { ...created, state: 'created' } };
      }
      case 'start-container':
        return this.#start(action.containerId, now) ? { started: action.containerId, at: now } : undefined;
      case 'stop-container':
        this.exit(action.containerId, this.#random() < 0.5 ? 0 : 143, now);
        return undefined;
      case 'remove-container':
        this.#remove(action.containerId);
        return undefined;
      case 'update-resources':
        this.resources.set(action.containerId, action.resources);
        return undefined;
      case 'update-pod-resources':
        this.podResources = action.resources;
        return undefined;
      case 'prepare-pod':
      case 'release-pod':
      case 'inspect-image':
      case 'pull-image':
      case 'probe':
      case 'run-post-start':
      case 'run-pre-stop':
        return undefined;
    }
  }

  /**
   * Does what a call asked for whose failure was reported long ago. It may come on things that have moved on; but never does it make
   * a second live copy of anything.
   */
  performLate(action: EngineAction, pod: Pod, now: number): void {
    const before = this.violations.length;
    this.perform(action, pod, now);
    const found = this.violations.splice(before);
    this.violations.push(...found.filter((violation) => violation.startsWith(twoRuns)));
  }

  exit(containerId: string, exitCode: number, now: number): void {
    this.containers = this.containers.map((container) => {
      if (container.id !== containerId || !mayRun(container)) return container;
      if (exitCode === 0) this.through.add(`${container.sandboxId}/${container.name}`);
      return { ...container, state: 'exited', exitCode, finishedAt: now };
    });
  }

  /** The init containers that run come to a good end. */
  finishInits({ spec }: Pod, now: number): void {
    const names = new Set((spec?.initContainers ?? []).filter((one) => !isSidecar(one)).map(({ name }) => name));
    for (const { id, name } of this.containers) if (names.has(name)) this.exit(id, 0, now);
  }

  /** The runtime can no longer say how a container is that runs. */
  doubt(containerId: string): void {
    this.containers = this.containers.map((container) =>
      container.id === containerId && container.state === 'running' ? { ...container, state: 'unknown' } : container,
    );
  }

  /** A container is gone, whatever it was. */
  lose(containerId: string): void {
    this.containers = this.containers.filter(({ id }) => id !== containerId);
  }

  killSandbox(sandboxId: string, now: number): void {
    this.sandboxes = this.sandboxes.map((sandbox) =>
      sandbox.id === sandboxId ? { ...sandbox, state: 'notready' } : sandbox,
    );
    for (const { id, sandboxId: own } of this.containers) if (own === sandboxId) this.exit(id, 137, now);
  }

  #createSandbox({ attempt, resources }: StepOf<'create-sandbox'>, now: number): RuntimeSandbox {
    const known = this.sandboxes.find((sandbox) => sandbox.attempt === attempt);
    if (known !== undefined) return known;
    const id = `s${++this.#ids}`;
    const sandbox: RuntimeSandbox = {
      id,
      ref,
      ownership,
      attempt,
      createdAt: now,
      state: 'ready',
      ips: ['10.0.0.1'],
    };
    this.sandboxes = [...this.sandboxes, sandbox];
    this.podResources = resources;
    return sandbox;
  }

  #remove(containerId: string): void {
    const container = this.containers.find(({ id }) => id === containerId);
    if (container === undefined) return;
    if (mayRun(container)) this.violations.push('a running container is removed');
    this.lose(containerId);
    const { name, sandboxId } = container;
    const isLast = !this.containers.some((other) => other.name === name && other.sandboxId === sandboxId);
    if (isLast) this.through.delete(`${sandboxId}/${name}`);
  }

  #create(action: StepOf<'create-container'>, pod: Pod, now: number): RuntimeContainer | undefined {
    const { container: name, attempt, sandboxId, restartDelayMilliseconds, image, imageRef } = action;
    const runs = this.containers.filter((run) => run.name === name);
    const known = runs.find((run) => run.attempt === attempt);
    if (known !== undefined) return known;
    if (runs.some((run) => run.attempt > attempt))
      this.violations.push(`${name} ${attempt} is older than what is there`);
    if (imageRef !== refOf(image)) this.violations.push(`${name} is made with ${imageRef} for ${image}`);
    const named = allContainers(pod.spec ?? { containers: [] }).find((candidate) => candidate.name === name);
    if (named === undefined || !this.sandboxes.some(({ id }) => id === sandboxId)) return undefined;
    const container = { ...named, image };
    const created: RuntimeContainer = {
      id: `c${++this.#ids}`,
      sandboxId,
      ref,
      name,
      attempt,
      state: 'created',
      specHash: containerSpecHash(container),
      resources: resourcesText(container.resources),
      restartDelayMilliseconds,
      image,
      imageRef,
      createdAt: now,
    };
    this.containers = [...this.containers, created];
    this.resources.set(created.id, container.resources ?? {});
    return created;
  }

  /** False when it does not run afterwards. */
  #start(containerId: string, now: number): boolean {
    const container = this.containers.find(({ id }) => id === containerId);
    if (container?.state !== 'created') return container?.state === 'running';
    if (this.sandboxes.find(({ id }) => id === container.sandboxId)?.state !== 'ready') return false;
    const twice = this.containers.some((other) => other.name === container.name && mayRun(other));
    if (twice) this.violations.push(`${twoRuns} of ${container.name} at once`);
    if (this.sidecars.has(container.name)) this.through.add(`${container.sandboxId}/${container.name}`);
    this.starts.set(container.name, (this.starts.get(container.name) ?? 0) + 1);
    this.containers = this.containers.map((run) =>
      run.id === containerId ? { ...run, state: 'running', startedAt: now } : run,
    );
    return true;
  }
}

function refOf(image: string): string {
  return `sha256:${image}`;
}

/** What comes back of an action. `fails`: it did not work, or its answer was lost. */
export function outcomeOf(action: EngineAction, fails: boolean, random: () => number): ActionOutcome {
  const { lane, id } = action;
  if (fails) return { lane, id, ok: false, message: 'it failed' };
  return { lane, id, ok: true, value: valueOf(action, random) };
}

function valueOf(action: EngineAction, random: () => number): ActionValue {
  if (action.kind === 'inspect-image') return random() < 0.5 ? { imageRef: refOf(action.image) } : {};
  if (action.kind === 'pull-image') return { imageRef: refOf(action.image) };
  if (action.kind === 'probe') return { probe: { result: random() < 0.7 ? 'success' : 'failure', output: '' } };
  return {};
}
