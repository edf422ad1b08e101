import type { ActionOutcome, ActionValue, EngineAction } from '../machine/engine-action.ts';
import { resourcesJson } from '../machine/pod-resources.ts';
import { containerSpecHash } from '../machine/spec-hash.ts';
import { allContainers } from '../machine/turn.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { Pod } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';

const ref: PodRef = { namespace: 'default', name: 'web', uid: 'web-uid' };
const ownership = { clusterId: 'c', nodeName: 'n', ...ref };

/** A runtime without time of its own: what an action does is done when the walk says so. */
export class ModelRuntime {
  sandboxes: RuntimeSandbox[] = [];
  containers: RuntimeContainer[] = [];
  /** What must never happen. */
  readonly violations: string[] = [];
  /** How often each container was started, by name. */
  readonly starts: Map<string, number> = new Map();
  #ids = 0;

  /** Does what an action asks for. Idempotent, as a runtime is. */
  perform(action: EngineAction, pod: Pod, now: number): void {
    switch (action.kind) {
      case 'create-sandbox':
        if (this.sandboxes.some(({ attempt }) => attempt === action.attempt)) return;
        this.sandboxes.push({
          id: `s${++this.#ids}`,
          ref,
          ownership,
          attempt: action.attempt,
          state: 'ready',
          createdAt: now,
          ips: ['10.0.0.1'],
        });
        return;
      case 'stop-sandbox':
        this.killSandbox(action.sandboxId, now);
        return;
      case 'create-container':
        this.#create(action, pod, now);
        return;
      case 'start-container':
        this.#start(action.containerId, now);
        return;
      case 'stop-container':
        this.exit(action.containerId, 143, now);
        return;
      case 'remove-container':
        if (this.containers.some(({ id, state }) => id === action.containerId && state === 'running')) {
          this.violations.push('a running container is removed');
        }
        this.containers = this.containers.filter(({ id }) => id !== action.containerId);
        return;
      case 'prepare-pod':
      case 'release-pod':
      case 'inspect-image':
      case 'pull-image':
      case 'probe':
      case 'run-post-start':
      case 'run-pre-stop':
      case 'update-resources':
      case 'update-pod-resources':
        return;
    }
  }

  exit(containerId: string, exitCode: number, now: number): void {
    this.containers = this.containers.map((container) =>
      container.id === containerId && container.state === 'running'
        ? { ...container, state: 'exited', exitCode, finishedAt: now }
        : container,
    );
  }

  killSandbox(sandboxId: string, now: number): void {
    this.sandboxes = this.sandboxes.map((sandbox) =>
      sandbox.id === sandboxId ? { ...sandbox, state: 'notready' } : sandbox,
    );
    for (const { id, sandboxId: own } of this.containers) if (own === sandboxId) this.exit(id, 137, now);
  }

  #create(action: Extract<EngineAction, { readonly kind: 'create-container' }>, pod: Pod, now: number): void {
    const { container: name, attempt, sandboxId, restartDelayMilliseconds, imageRef } = action;
    const runs = this.containers.filter((run) => run.name === name);
    if (runs.some((run) => run.attempt === attempt)) return;
    if (runs.some((run) => run.attempt > attempt))
      this.violations.push(`${name} ${attempt} is older than what is there`);
    const container = allContainers(pod.spec ?? { containers: [] }).find((candidate) => candidate.name === name);
    if (container === undefined) return;
    this.containers.push({
      id: `c${++this.#ids}`,
      sandboxId,
      ref,
      name,
      attempt,
      state: 'created',
      specHash: containerSpecHash(container),
      resources: resourcesJson(container.resources),
      restartDelayMilliseconds,
      image: container.image ?? '',
      imageRef,
      createdAt: now,
    });
  }

  #start(containerId: string, now: number): void {
    const container = this.containers.find(({ id }) => id === containerId);
    if (container?.state !== 'created') return;
    if (this.sandboxes.find(({ id }) => id === container.sandboxId)?.state !== 'ready') return;
    const twice = this.containers.some(({ name, state }) => name === container.name && state === 'running');
    if (twice) this.violations.push(`two runs of ${container.name} at once`);
    this.starts.set(container.name, (this.starts.get(container.name) ?? 0) + 1);
    this.containers = this.containers.map((run) =>
      run.id === containerId ? { ...run, state: 'running', startedAt: now } : run,
    );
  }
}

/** What comes back of an action. `fails`: it did not work, or its answer was lost. */
export function outcomeOf(action: EngineAction, fails: boolean, random: () => number): ActionOutcome {
  const { lane, id } = action;
  if (fails) return { lane, id, ok: false, message: 'it failed' };
  return { lane, id, ok: true, value: valueOf(action.kind, random) };
}

function valueOf(kind: EngineAction['kind'], random: () => number): ActionValue {
  if (kind === 'inspect-image') return random() < 0.5 ? { imageRef: 'sha256:x' } : {};
  if (kind === 'pull-image') return { imageRef: 'sha256:x' };
  if (kind === 'probe') return { probe: { result: random() < 0.7 ? 'success' : 'failure', output: '' } };
  return {};
}
