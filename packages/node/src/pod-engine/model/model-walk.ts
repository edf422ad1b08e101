import { jsonEquals } from '../../kube/json-equals.ts';
import type { Pod, PodStatus } from '../../provider/wire.ts';
import { advance, type EngineResult } from '../machine/advance.ts';
import type { ActionOutcome, EngineAction } from '../machine/engine-action.ts';
import { newEngineState, withStop, type PodEngineState } from '../machine/engine-state.ts';
import { mayRun } from '../machine/observation.ts';
import { isSidecar } from '../machine/restart-decision.ts';
import { ModelRuntime, outcomeOf } from './model-runtime.ts';
import { randomPod } from './model-pods.ts';
import { seededRandom } from './random.ts';

const settings = {
  runtimeName: 'model',
  hostIPs: [],
  resizes: true,
  resizesPods: true,
  prepares: true,
  releases: true,
};

/** One life of a pod: the machine, a runtime, and whatever a seed has happen to both. */
export class ModelWalk {
  readonly complaints: string[] = [];
  /** What happened, step by step. */
  readonly steps: string[] = [];
  /** The kinds of actions that were begun. */
  readonly kinds: Set<string> = new Set();
  readonly #random: () => number;
  readonly #runtime = new ModelRuntime();
  #pod: Pod;
  #state: PodEngineState;
  #now = Date.UTC(2026, 0, 1);
  #pending: EngineAction[] = [];
  #outcomes: ActionOutcome[] = [];
  #status: PodStatus = {};
  #nextDeadline: number | undefined;
  #stopped = false;
  #imageChanges = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#pod = randomPod(this.#random);
    this.#state = newEngineState(this.#pod);
  }

  /** Has so many things happen, then lets the pod be stopped and come to rest. */
  run(steps: number): void {
    this.#advance();
    for (let step = 0; step < steps && this.complaints.length === 0; step++) {
      this.#happen();
      this.#advance();
    }
    if (this.complaints.length === 0) this.#comeToRest();
    for (const violation of this.#runtime.violations) this.#complain(violation);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #happen(): void {
    const draw = this.#random();
    if (draw < 0.55) this.#finishAction(this.#chance(0.12));
    else if (draw < 0.72) this.#passTime();
    else if (draw < 0.9) this.#exitContainer();
    else if (draw < 0.95) this.#restartProcess();
    else if (draw < 0.965) this.#loseSandbox();
    else if (draw < 0.975) this.#changeImage();
    else if (draw < 0.985) this.#stop(30);
    else this.#look();
  }

  #finishAction(fails: boolean): void {
    const action = this.#pick(this.#pending);
    if (action === undefined) return this.#passTime();
    this.#pending = this.#pending.filter((other) => other !== action);
    // One that fails may have been done all the same: its answer was lost.
    const done = !fails || this.#chance(0.5);
    if (done) this.#runtime.perform(action, this.#pod, this.#now);
    this.#outcomes.push(outcomeOf(action, fails, this.#random));
    this.steps.push(`${action.kind} ${action.lane} ${fails ? `failed${done ? ' but done' : ''}` : 'ok'}`);
  }

  #passTime(): void {
    const wait = this.#nextDeadline === undefined || this.#chance(0.3) ? 1_000 : this.#nextDeadline - this.#now;
    this.#now += Math.max(0, wait);
    this.steps.push(`${wait} ms pass`);
  }

  #exitContainer(): void {
    const run = this.#pick(this.#runtime.containers.filter(({ state }) => state === 'running'));
    if (run === undefined) return;
    const exitCode = this.#pick([0, 0, 0, 1, 42]) ?? 0;
    this.#runtime.exit(run.id, exitCode, this.#now);
    this.steps.push(`${run.name} ${run.attempt} exits with ${exitCode}`);
  }

  /** Everything that this process knew is gone. What was under way was done or not. */
  #restartProcess(): void {
    for (const action of this.#pending) if (this.#chance(0.5)) this.#runtime.perform(action, this.#pod, this.#now);
    this.#pending = [];
    this.#outcomes = [];
    this.#state = newEngineState({ ...this.#pod, status: this.#status });
    if (this.#stopped) this.#state = withStop(this.#state, 'deleted', 10, this.#now);
    this.steps.push('the process starts again');
  }

  #loseSandbox(): void {
    const sandbox = this.#runtime.sandboxes.find(({ state }) => state === 'ready');
    if (sandbox === undefined) return;
    this.#runtime.killSandbox(sandbox.id, this.#now);
    this.steps.push('the sandbox is lost');
  }

  #changeImage(): void {
    const { spec } = this.#pod;
    if (spec === undefined) return;
    this.#imageChanges++;
    const [first, ...others] = spec.containers;
    if (first === undefined) return;
    const containers = [{ ...first, image: `app:${this.#imageChanges + 1}` }, ...others];
    this.#pod = { ...this.#pod, spec: { ...spec, containers } };
    this.steps.push('the image changes');
  }

  #stop(grace: number): void {
    this.#stopped = true;
    this.#state = withStop(this.#state, 'deleted', grace, this.#now);
    this.steps.push(`stop within ${grace} s`);
  }

  #look(): void {
    this.steps.push('a look');
  }

  #comeToRest(): void {
    this.#stop(5);
    this.#advance();
    for (let step = 0; step < 500 && !this.#isAtRest(); step++) {
      if (this.#pending.length > 0) this.#finishAction(false);
      else this.#passTime();
      this.#advance();
    }
    if (!this.#isAtRest()) this.#complain('it does not come to rest');
  }

  #isAtRest(): boolean {
    const { phase } = this.#status;
    const ended = phase === 'Succeeded' || phase === 'Failed';
    const ready = this.#runtime.sandboxes.some(({ state }) => state === 'ready');
    return ended && !ready && !this.#runtime.containers.some(mayRun) && this.#pending.length === 0;
  }

  #advance(): void {
    const result = this.#ask(this.#outcomes.splice(0));
    const before = this.#status;
    this.#judgeActions(result.actions);
    this.#judgeStatus(before, result.status);
    this.#state = JSON.parse(JSON.stringify(result.state)) as PodEngineState;
    if (!jsonEquals(this.#state, result.state)) this.#complain('the state is not plain JSON');
    const lanes = new Set([...this.#pending, ...result.actions].map(({ lane, id }) => `${lane}#${id}`));
    for (const { lane, id } of result.cancellations) lanes.delete(`${lane}#${id}`);
    const inFlight = Object.entries(this.#state.inFlight).map(([lane, { id }]) => `${lane}#${id}`);
    // A lane names one action; all others of it were cancelled.
    if (inFlight.some((key) => !lanes.has(key)) && result.cancellations.length === 0) {
      this.#complain(`a lane waits for nothing: ${inFlight.join(' ')}`);
    }
    if (lanes.size > inFlight.length) this.#complain(`two actions at once: ${[...lanes].join(' ')}`);
    for (const { lane, id } of result.cancellations) {
      // What is asked to end may end at once, or still be done.
      const action = this.#pending.find((other) => other.lane === lane && other.id === id);
      if (action === undefined || this.#state.inFlight[lane]?.id === id) continue;
      this.#pending = this.#pending.filter((other) => other !== action);
      if (this.#chance(0.3)) this.#runtime.perform(action, this.#pod, this.#now);
    }
    this.#pending.push(...result.actions);
    this.#status = result.status;
    this.#nextDeadline = result.nextDeadline;
    this.#judgeRepetition(result);
  }

  #ask(outcomes: readonly ActionOutcome[]): EngineResult {
    const { sandboxes, containers } = this.#runtime;
    return advance({
      pod: this.#pod,
      state: this.#state,
      observation: { sandboxes, containers, outcomes },
      now: this.#now,
      settings,
      version: 0,
    });
  }

  /** Asked again about the same, the machine has nothing to add. */
  #judgeRepetition(result: EngineResult): void {
    const { sandboxes, containers } = this.#runtime;
    const input = { sandboxes, containers, outcomes: [] };
    const { pod } = { pod: this.#pod };
    const again = advance({ pod, state: result.state, observation: input, now: this.#now, settings, version: 0 });
    // A cancelled action may have changed the runtime meanwhile.
    if (result.cancellations.length > 0) return;
    if (again.actions.length > 0) this.#complain(`asked again it begins ${JSON.stringify(again.actions)}`);
    if (again.events.length > 0) this.#complain(`asked again it tells ${JSON.stringify(again.events)}`);
    if (!jsonEquals(again.status, result.status)) this.#complain('asked again it gives another status');
  }

  #judgeActions(actions: readonly EngineAction[]): void {
    for (const action of actions) {
      this.kinds.add(action.kind);
      if (action.kind === 'create-container') this.#judgeCreation(action);
      if (this.#stopped && ['create-sandbox', 'create-container', 'start-container'].includes(action.kind)) {
        this.#complain(`${action.kind} after the stop`);
      }
    }
  }

  #judgeCreation({ container: name, sandboxId }: Extract<EngineAction, { readonly kind: 'create-container' }>): void {
    const runs = this.#runtime.containers.filter((run) => run.name === name);
    if (runs.some(mayRun)) this.#complain(`${name} is created while it runs`);
    const { initContainers = [], containers = [] } = this.#pod.spec ?? {};
    const inSandbox = (other: string): boolean =>
      this.#runtime.containers.some((run) => run.name === other && run.sandboxId === sandboxId);
    if (containers.some((regular) => inSandbox(regular.name))) return;
    const place = initContainers.findIndex((init) => init.name === name);
    const isRegular = containers.some((regular) => regular.name === name);
    if (place === -1 && !isRegular) return;
    for (const earlier of initContainers.slice(0, place === -1 ? undefined : place)) {
      const done = this.#runtime.containers.some(
        (run) =>
          run.name === earlier.name &&
          run.sandboxId === sandboxId &&
          (isSidecar(earlier) ? run.startedAt !== undefined : run.state === 'exited' && run.exitCode === 0),
      );
      if (!done) this.#complain(`${name} is created before ${earlier.name} is through`);
    }
  }

  #judgeStatus(before: PodStatus, after: PodStatus): void {
    if ((before.phase === 'Succeeded' || before.phase === 'Failed') && before.phase !== after.phase) {
      this.#complain(`the phase goes from ${before.phase} to ${after.phase}`);
    }
    const counts = new Map(statusesOf(before).map(({ name, restartCount }) => [name, restartCount]));
    for (const { name, restartCount } of statusesOf(after)) {
      if (restartCount < (counts.get(name) ?? 0)) this.#complain(`the restart count of ${name} goes down`);
    }
    const neverAgain = this.#pod.spec?.restartPolicy === 'Never' && this.#imageChanges === 0;
    for (const { name, restartPolicy } of this.#pod.spec?.containers ?? []) {
      const starts = this.#runtime.starts.get(name) ?? 0;
      if (neverAgain && restartPolicy === undefined && !this.#restartsAll() && starts > 1) {
        this.#complain(`${name} runs ${starts} times though it never restarts`);
      }
    }
    const ended = after.phase === 'Succeeded' || after.phase === 'Failed';
    if (ended && this.#runtime.containers.some(mayRun)) this.#complain('the pod has ended and a container runs');
  }

  #restartsAll(): boolean {
    return this.#pod.spec?.containers.some(({ restartPolicyRules }) => restartPolicyRules !== undefined) ?? false;
  }

  #complain(text: string): void {
    this.complaints.push(`${text} (after step ${this.steps.length}: ${this.steps.slice(-12).join('; ')})`);
  }
}

function statusesOf(status: PodStatus): NonNullable<PodStatus['containerStatuses']> {
  return [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
}
