import { jsonEquals } from '../../kube/json-equals.ts';
import type { Pod, PodStatus } from '../../provider/wire.ts';
import { withChange, type SeenPod } from '../driver/seen-pod.ts';
import { advance, type EngineResult } from '../machine/advance.ts';
import type { ActionKind, ActionOutcome, EngineAction } from '../machine/engine-action.ts';
import { newEngineState, withStop, type PodEngineState } from '../machine/engine-state.ts';
import { mayRun } from '../machine/observation.ts';
import { podChanges } from './model-changes.ts';
import { isTerminal, judgeActions, judgeStatus, statusesOf, type JudgedMoment } from './model-judge.ts';
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
/** After them only a listing tells what the runtime has. */
const untold: ReadonlySet<ActionKind> = new Set([
  'stop-sandbox',
  'remove-sandbox',
  'stop-container',
  'remove-container',
]);

/** One life of a pod: the machine, a runtime, and whatever a seed has happen to both. */
export class ModelWalk {
  readonly complaints: string[] = [];
  /** What happened, step by step. */
  readonly steps: string[] = [];
  /** The kinds of actions that were begun, and of things that happened. */
  readonly kinds: Set<string> = new Set();
  readonly happenings: Set<string> = new Set();
  readonly #random: () => number;
  readonly #runtime: ModelRuntime;
  /** Containers that were lost before anybody had shown that they ran, or that were to be replaced. */
  readonly #mayRunAgain = new Set<string>();
  #seen: SeenPod = { sandboxes: [], containers: [] };
  #isDoubtful = true;
  #pod: Pod;
  #version: number | undefined = 0;
  #state: PodEngineState;
  #now = Date.UTC(2026, 0, 1);
  #pending: EngineAction[] = [];
  #outcomes: ActionOutcome[] = [];
  #status: PodStatus = {};
  #nextDeadline: number | undefined;
  #stopped = false;
  #changes = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#pod = randomPod(this.#random);
    this.#runtime = new ModelRuntime(this.#pod);
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
    else if (draw < 0.7) this.#passTime();
    else if (draw < 0.86) this.#exitContainer();
    else if (draw < 0.91) this.#restartProcess();
    else if (draw < 0.92) this.#loseSandbox();
    else if (draw < 0.935) this.#loseContainer();
    else if (draw < 0.945) this.#doubtContainer();
    else if (draw < 0.98) this.#changePod();
    else if (draw < 0.99) this.#stop(30);
    else this.#version ??= this.#changes;
  }

  #note(kind: string, text: string): void {
    this.happenings.add(kind);
    this.steps.push(text);
  }

  #finishAction(unlucky: boolean): void {
    const action = this.#pick(this.#pending);
    if (action === undefined) return this.#passTime();
    this.#pending = this.#pending.filter((other) => other !== action);
    // One that fails may have been done all the same: its answer was lost.
    const done = !unlucky || this.#chance(0.5);
    const told = done ? this.#runtime.perform(action, this.#pod, this.#now) : undefined;
    // A container whose sandbox is gone cannot be started.
    const fails = unlucky || (action.kind === 'start-container' && told === undefined);
    if (!fails && told !== undefined) this.#seen = withChange(this.#seen, told);
    if (fails || untold.has(action.kind)) this.#isDoubtful = true;
    const outcome = outcomeOf(action, fails, this.#random);
    // An answer that comes twice counts once.
    this.#outcomes.push(outcome, ...(this.#chance(0.05) ? [outcome] : []));
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
    this.#note('exit', `${run.name} ${run.attempt} exits with ${exitCode}`);
  }

  /** Everything that this process knew is gone. What was under way was done or not. What the pod refers to may be missing. */
  #restartProcess(): void {
    for (const action of this.#pending) if (this.#chance(0.5)) this.#runtime.perform(action, this.#pod, this.#now);
    this.#pending = [];
    this.#outcomes = [];
    this.#isDoubtful = true;
    this.#state = newEngineState({ ...this.#pod, status: this.#status });
    if (this.#stopped) this.#state = withStop(this.#state, 'deleted', 10, this.#now);
    this.#version = this.#chance(0.3) ? undefined : this.#changes;
    this.#note('restart', 'the process starts again');
  }

  #loseSandbox(): void {
    const sandbox = this.#runtime.sandboxes.find(({ state }) => state === 'ready');
    if (sandbox === undefined) return;
    this.#runtime.killSandbox(sandbox.id, this.#now);
    this.#note('lost sandbox', 'the sandbox is lost');
  }

  #loseContainer(): void {
    const run = this.#pick(this.#runtime.containers);
    if (run === undefined) return;
    const shown = statusesOf(this.#status).find(({ name }) => name === run.name);
    if (shown?.containerID !== `model://${run.id}` || shown.state?.waiting !== undefined)
      this.#mayRunAgain.add(run.name);
    this.#runtime.lose(run.id);
    this.#isDoubtful = true;
    this.#note('lost container', `${run.name} ${run.attempt} is lost`);
  }

  #doubtContainer(): void {
    const run = this.#pick(this.#runtime.containers.filter(({ state }) => state === 'running'));
    if (run === undefined) return;
    this.#runtime.doubt(run.id);
    this.#note('unknown container', `${run.name} ${run.attempt} is in an unknown state`);
  }

  #changePod(): void {
    const [what, change] = this.#pick(Object.entries(podChanges)) ?? [];
    if (what === undefined || change === undefined) return;
    this.#changes++;
    this.#pod = change(this.#pod, this.#changes);
    this.#version = this.#changes;
    if (what === 'image') for (const { name } of this.#pod.spec?.containers ?? []) this.#mayRunAgain.add(name);
    this.#note(what, `a change of the ${what}`);
  }

  #stop(grace: number): void {
    this.#stopped = true;
    this.#state = withStop(this.#state, 'deleted', grace, this.#now);
    this.#note('stop', `stop within ${grace} s`);
  }

  #comeToRest(): void {
    this.#stop(5);
    this.#advance();
    for (let step = 0; step < 500 && !this.#isAtRest(); step++) {
      this.#isDoubtful = true;
      if (this.#pending.length > 0) this.#finishAction(false);
      else this.#passTime();
      this.#advance();
    }
    if (!this.#isAtRest()) this.#complain('it does not come to rest');
  }

  #isAtRest(): boolean {
    const isReady = this.#runtime.sandboxes.some(({ state }) => state === 'ready');
    return isTerminal(this.#status) && !isReady && !this.#runtime.containers.some(mayRun) && this.#pending.length === 0;
  }

  #advance(): void {
    // The runtime is listed when it has to be, and at times by itself.
    if (this.#isDoubtful || this.#chance(0.6)) {
      const { sandboxes, containers } = this.#runtime;
      this.#seen = { sandboxes, containers };
      this.#isDoubtful = false;
    }
    const result = this.#ask(this.#state, this.#outcomes.splice(0));
    for (const { kind } of result.actions) this.kinds.add(kind);
    const moment = this.#moment(result.state);
    for (const wrong of judgeActions(result.actions, moment)) this.#complain(wrong);
    for (const wrong of judgeStatus(this.#status, result.status, moment, this.#mayRunAgain)) this.#complain(wrong);
    this.#state = JSON.parse(JSON.stringify(result.state)) as PodEngineState;
    if (!jsonEquals(this.#state, result.state)) this.#complain('the state is not plain JSON');
    this.#judgeLanes(result);
    this.#cancel(result);
    this.#pending.push(...result.actions);
    this.#status = result.status;
    this.#nextDeadline = result.nextDeadline;
    if (result.cancellations.length === 0) this.#judgeRepetition(result);
  }

  #moment(state: PodEngineState): JudgedMoment {
    return {
      pod: this.#pod,
      state,
      runtime: this.#runtime,
      seen: this.#seen,
      now: this.#now,
      stopped: this.#stopped,
      lacks: this.#version === undefined,
    };
  }

  #judgeLanes({ actions, cancellations }: EngineResult): void {
    const lanes = new Set([...this.#pending, ...actions].map(({ lane, id }) => `${lane}#${id}`));
    for (const { lane, id } of cancellations) lanes.delete(`${lane}#${id}`);
    const inFlight = Object.entries(this.#state.inFlight).map(([lane, { id }]) => `${lane}#${id}`);
    // A lane names one action; all others of it were cancelled.
    if (inFlight.some((key) => !lanes.has(key)) && cancellations.length === 0) {
      this.#complain(`a lane waits for nothing: ${inFlight.join(' ')}`);
    }
    if (lanes.size > inFlight.length) this.#complain(`two actions at once: ${[...lanes].join(' ')}`);
  }

  /** What is asked to end may end at once, or still be done. */
  #cancel({ cancellations }: EngineResult): void {
    for (const { lane, id, outcome } of cancellations) {
      const isWaitedFor = this.#state.inFlight[lane]?.id === id;
      if (isWaitedFor !== (outcome === 'awaited')) this.#complain(`the outcome of ${lane} ${id} is not ${outcome}`);
      const action = this.#pending.find((other) => other.lane === lane && other.id === id);
      if (action === undefined || isWaitedFor) continue;
      this.#pending = this.#pending.filter((other) => other !== action);
      if (this.#chance(0.3)) this.#runtime.perform(action, this.#pod, this.#now);
      this.#isDoubtful = true;
    }
  }

  #ask(state: PodEngineState, outcomes: readonly ActionOutcome[]): EngineResult {
    return advance({
      pod: this.#pod,
      state,
      observation: { ...this.#seen, outcomes },
      now: this.#now,
      settings,
      version: this.#version,
      probeDelayShare: 0.5,
    });
  }

  /** Asked again about the same, the machine has nothing to add. */
  #judgeRepetition({ state, status }: EngineResult): void {
    const again = this.#ask(state, []);
    if (again.actions.length > 0) this.#complain(`asked again it begins ${JSON.stringify(again.actions)}`);
    if (again.events.length > 0) this.#complain(`asked again it tells ${JSON.stringify(again.events)}`);
    if (!jsonEquals(again.status, status)) this.#complain('asked again it gives another status');
  }

  #complain(text: string): void {
    this.complaints.push(`${text} (after step ${this.steps.length}: ${this.steps.slice(-12).join('; ')})`);
  }
}
