import { jsonEquals } from '../../kube/json-equals.ts';
import type { Pod, PodStatus } from '../../provider/wire.ts';
import { withChange, type SeenPod } from '../driver/seen-pod.ts';
import { advance, type EngineResult } from '../machine/advance.ts';
import type { ActionOutcome, EngineAction } from '../machine/engine-action.ts';
import { newEngineState, withStop, type PodEngineState } from '../machine/engine-state.ts';
import { mayRun } from '../machine/observation.ts';
import { lasting, overtaking, telling, untold } from './model-actions.ts';
import { podChanges } from './model-changes.ts';
import { isTerminal, judgeActions, judgeLanes, judgeStatus, statusesOf, type JudgedMoment } from './model-judge.ts';
import { endedByProbe, judgeEnd, judgeRest } from './judge-rest.ts';
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
/** How many things happen before the pod is left to itself for once. */
const settleEvery = 50;

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
  /** Calls that were given up, and may be done all the same one day. */
  #late: EngineAction[] = [];
  /** Runs that a probe ended where the policy has another one follow. */
  readonly #endedByProbe = new Set<string>();
  #outcomes: ActionOutcome[] = [];
  #status: PodStatus = {};
  #nextDeadline: number | undefined;
  #stopped = false;
  #changes = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#pod = randomPod(this.#random);
    this.#runtime = new ModelRuntime(this.#pod, this.#random);
    this.#state = newEngineState(this.#pod);
  }

  /** Has so many things happen, then lets the pod be stopped and come to rest. */
  run(steps: number): void {
    this.#advance();
    if (this.#chance(0.5)) this.#settle();
    for (let step = 0; step < steps && this.complaints.length === 0; step++) {
      this.#happen();
      this.#advance();
      if (step % settleEvery === settleEvery - 1) this.#settle();
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
    if (draw < 0.55) this.#finishAction({ isUnlucky: this.#chance(0.12) });
    else if (draw < 0.7) this.#passTime();
    else if (draw < 0.79) this.#exitContainer();
    else if (draw < 0.83) this.#restartProcess();
    else if (draw < 0.84) this.#loseSandbox();
    else if (draw < 0.855) this.#loseContainer();
    else if (draw < 0.865) this.#doubtContainer();
    else if (draw < 0.95) this.#changePod();
    else if (draw < 0.953) this.#stop(30);
    else if (draw < 0.98) this.#completeLate();
    else this.#version ??= this.#changes;
  }

  #note(kind: string, text: string): void {
    this.happenings.add(kind);
    this.steps.push(text);
  }

  #finishAction({ isUnlucky, random = this.#random }: { isUnlucky: boolean; random?: () => number }): void {
    const action = this.#pick(this.#pending);
    if (action === undefined) return this.#passTime();
    this.#pending = this.#pending.filter((other) => other !== action);
    const overtakes = overtaking[action.kind];
    if (random === this.#random && overtakes !== undefined && this.#chance(0.2)) this.#changePod(overtakes);
    // One that fails may have been done all the same, since its answer was lost, or be done later.
    const done = !isUnlucky || this.#chance(0.5);
    if (!done && lasting.has(action.kind) && this.#chance(0.5)) this.#late.push(action);
    const told = done ? this.#runtime.perform(action, this.#pod, this.#now) : undefined;
    // In a sandbox that is gone nothing can be made or started.
    const fails = isUnlucky || (telling.has(action.kind) && told === undefined);
    if (!fails && told !== undefined) this.#seen = withChange(this.#seen, told);
    if (fails || untold.has(action.kind)) this.#isDoubtful = true;
    const outcome = outcomeOf(action, fails, random);
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
    for (const action of this.#pending) {
      if (this.#chance(0.5)) this.#runtime.perform(action, this.#pod, this.#now);
      else if (lasting.has(action.kind)) this.#late.push(action);
    }
    this.#pending = [];
    this.#endedByProbe.clear();
    this.#outcomes = [];
    this.#isDoubtful = true;
    this.#state = newEngineState({ ...this.#pod, status: this.#status });
    if (this.#stopped) this.#state = withStop(this.#state, 'deleted', 10, this.#now);
    this.#version = this.#chance(0.3) ? undefined : this.#changes;
    this.#note('restart', 'the process starts again');
  }

  /** A call is done whose failure was reported, or whose process has died. */
  #completeLate(): void {
    const action = this.#late.shift();
    if (action === undefined) return;
    this.#runtime.performLate(action, this.#pod, this.#now);
    this.#isDoubtful = true;
    this.#note('late completion', `${action.kind} ${action.lane} is done late`);
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

  #changePod(what: string = this.#pick(Object.keys(podChanges)) ?? ''): void {
    const change = podChanges[what];
    if (change === undefined) return;
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

  /** Nothing happens any more by itself: then what runs is what the pod asks for. */
  #settle(): void {
    this.#version = this.#changes;
    this.#advance();
    for (let step = 0; step < 120; step++) {
      const { end, stop } = this.#state;
      if (this.complaints.length > 0 || end !== undefined || stop !== undefined) return;
      if (judgeRest(this.#moment(this.#state)).length === 0) return;
      this.#isDoubtful = true;
      this.#runtime.finishInits(this.#pod, this.#now);
      this.#finishAction({ isUnlucky: false, random: () => 0 });
      // Longer than most waits for a restart.
      if (step % 10 === 9) this.#now += 60_000;
      this.#advance();
    }
    for (const wrong of judgeRest(this.#moment(this.#state))) this.#complain(`it does not settle: ${wrong}`);
  }

  #comeToRest(): void {
    this.#stop(5);
    this.#advance();
    for (let step = 0; step < 500 && !this.#isAtRest(); step++) {
      this.#isDoubtful = true;
      if (this.#chance(0.2)) this.#completeLate();
      if (this.#pending.length > 0) this.#finishAction({ isUnlucky: step < 100 && this.#chance(0.12) });
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
    for (const id of endedByProbe(moment)) this.#endedByProbe.add(id);
    for (const wrong of judgeEnd(moment, this.#endedByProbe)) this.#complain(wrong);
    for (const wrong of judgeActions(result.actions, moment)) this.#complain(wrong);
    for (const wrong of judgeStatus(this.#status, result.status, moment, this.#mayRunAgain)) this.#complain(wrong);
    this.#state = JSON.parse(JSON.stringify(result.state)) as PodEngineState;
    if (!jsonEquals(this.#state, result.state)) this.#complain('the state is not plain JSON');
    for (const wrong of judgeLanes(this.#pending, result)) this.#complain(wrong);
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
