import { formatPodRef, podRefOf, type PodRef } from '../../provider/pod-ref.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Pod, PodStatus } from '../../provider/wire.ts';
import type { Timer } from '../../work/clock.ts';
import { advance, advanceUnseen } from '../machine/advance.ts';
import type { ActionKind, ActionOutcome } from '../machine/engine-action.ts';
import type { EngineInput } from '../machine/turn.ts';
import { newEngineState, withStop, type PodEngineState } from '../machine/engine-state.ts';
import { resizeWords } from '../machine/resize-words.ts';
import { latestSandbox } from '../machine/observation.ts';
import type { ActionContext } from './action-context.ts';
import { ActionRunner } from './action-runner.ts';
import type { EngineServices } from './engine-services.ts';
import { ProbeCounts } from './probe-counts.ts';
import type { RuntimeChange } from '../runtime/container-runtime.ts';
import { ResizablePod, type ResizeJudge } from './resizable-pod.ts';
import { longestHold, RuntimeView } from './runtime-view.ts';
import type { SeenChange, SeenPod } from './seen-pod.ts';
import { StatusTeller } from './status-teller.ts';

const retryObservation = 1_000;
/** Their answers say all that a listing would. */
const starts: ReadonlySet<ActionKind> = new Set(['create-sandbox', 'create-container', 'start-container']);
/** What a pod goes through quickly when all is well: its status is about to be another one. */
const quickSteps: ReadonlySet<ActionKind> = new Set([...starts, 'prepare-pod', 'inspect-image']);
/** After them, and after starts that failed, only a look tells what the runtime has. */
const changes: ReadonlySet<ActionKind> = new Set([
  'stop-sandbox',
  'remove-sandbox',
  'stop-container',
  'remove-container',
  'update-resources',
  'update-pod-resources',
]);
const retryAfterDefect = 10_000;

export interface EnginePodOptions {
  readonly services: EngineServices;
  /** The pod as in the API; what it refers to may come later. */
  readonly pod: Pod;
  readonly prepared?: PreparedPod;
  readonly onStatus: (pod: EnginePod) => void;
  readonly admitResize: ResizeJudge;
}

/** One pod: asks the machine what to do, has it done, and asks again when something has happened. */
export class EnginePod {
  readonly ref: PodRef;
  readonly probeCounts: ProbeCounts = new ProbeCounts();
  readonly #options: EnginePodOptions;
  readonly #closing = new AbortController();
  readonly #runner: ActionRunner;
  readonly #known = Promise.withResolvers<void>();
  readonly #view: RuntimeView;
  readonly #teller: StatusTeller;
  readonly #pod: ResizablePod;
  readonly #probeDelayShare: number;
  #prepared: PreparedPod | undefined;
  #version = 0;
  #state: PodEngineState;
  #outcomes: ActionOutcome[] = [];
  #status: PodStatus | undefined;
  #woken = false;
  #turning: Promise<void> | undefined;
  #timer: Timer | undefined;
  #failures = 0;

  constructor(options: EnginePodOptions) {
    this.#options = options;
    this.#view = new RuntimeView(options.services);
    this.#teller = new StatusTeller(() => this.#tell(() => options.onStatus(this)));
    this.#pod = new ResizablePod(options.pod, options.admitResize);
    this.#prepared = options.prepared;
    this.#probeDelayShare = options.services.random();
    this.ref = podRefOf(options.pod);
    this.#runner = new ActionRunner({
      services: options.services,
      ref: this.ref,
      surroundings: () => this.#surroundings(),
      onEnd: (kind, outcome, seen) => this.#ended(kind, outcome, seen),
    });
    this.#state = newEngineState(options.pod);
  }

  /** Resolves when the pod's status is known, or the pod is no longer looked after. */
  get known(): Promise<void> {
    return this.#known.promise;
  }

  /** Undefined until the runtime has been looked at for the first time. */
  get status(): PodStatus | undefined {
    return this.#status;
  }

  /** As it is run: with the resources that it has been given. */
  get pod(): Pod {
    return this.#pod.given;
  }

  /** Its resources could change when the node had more room. */
  get isResizeDeferred(): boolean {
    return this.#pod.pending?.reason === 'Deferred';
  }

  get prepared(): PreparedPod | undefined {
    return this.#prepared;
  }

  /** The machine's state, plain JSON. */
  get state(): PodEngineState {
    return this.#state;
  }

  get seen(): SeenPod {
    return this.#view.seen;
  }

  /** Everything that the pod is to be from now on. */
  update(pod: Pod, prepared: PreparedPod | undefined): void {
    this.#pod.set(pod);
    if (prepared !== undefined && prepared !== this.#prepared) {
      this.#prepared = prepared;
      this.#version++;
    }
    this.#wake();
  }

  /** Has the pod stopped; a second wish can only shorten the grace. */
  stop(graceSeconds: number): void {
    this.#state = withStop(this.#state, 'deleted', graceSeconds, this.#options.services.now());
    this.#wake();
  }

  /** Looks again at what it may be given. */
  reconsider(): void {
    this.#wake();
  }

  /** The runtime has something new to tell of this pod. */
  look(change?: RuntimeChange): void {
    this.#view.tell(change);
    this.#wake();
  }

  /**
   * Ends all work for this pod in this process, and leaves what runs as it is. Resolves when nothing is under way any more;
   * with `lingers`, what was being made has come to be by then, or will not, as far as the runtime says so in a few seconds.
   */
  async close({ lingers }: { readonly lingers: boolean }): Promise<void> {
    this.#closing.abort(new Error('the pod is no longer looked after'));
    this.#timer?.cancel();
    await Promise.all([this.#turning, this.#runner.close({ lingers })]);
    this.#known.resolve();
  }

  #wake(): void {
    this.#woken = true;
    if (this.#turning !== undefined || this.#closing.signal.aborted) return;
    this.#turning = this.#turnWhileWoken().finally(() => {
      this.#turning = undefined;
      // Woken between the last look at the flag and now.
      if (this.#woken) this.#wake();
    });
  }

  async #turnWhileWoken(): Promise<void> {
    while (this.#woken && !this.#closing.signal.aborted) {
      this.#woken = false;
      this.#timer?.cancel();
      // Outcomes first, then the look: what is seen is never older than what is known to be done.
      const outcomes = this.#outcomes.splice(0);
      try {
        const isUnseen = !this.#view.looked;
        if (isUnseen) this.#turnUnseen();
        if (this.#view.isDoubtful(this.#runner.isUnderWay(starts)) && !(await this.#look())) {
          this.#outcomes.unshift(...outcomes);
          continue;
        }
        if (this.#closing.signal.aborted) return;
        // What is done before the first look does not show in it.
        if (isUnseen) outcomes.push(...this.#outcomes.splice(0));
        this.#turn(outcomes);
      } catch (error) {
        // A defect in the work on one pod is that pod's alone. Nothing was decided: it is looked at again.
        this.#options.services.log.error('The pod engine failed on a pod', { ...this.#fields(), error });
        this.#outcomes.unshift(...outcomes);
        this.#view.doubt();
        this.#setTimer(retryAfterDefect);
      }
    }
  }

  /** False when the runtime could not be asked: then nothing is decided. */
  async #look(): Promise<boolean> {
    try {
      await this.#view.look(this.#pod.desired, this.#closing.signal);
      this.#failures = 0;
      return true;
    } catch (error) {
      if (this.#closing.signal.aborted) return false;
      const delay = Math.min(retryObservation * 2 ** this.#failures++, 30_000);
      this.#options.services.log.warn('The runtime could not say how a pod is', { ...this.#fields(), error });
      this.#setTimer(delay);
      return false;
    }
  }

  #turnUnseen(): void {
    const { state, actions } = advanceUnseen(this.#input([]));
    this.#state = state;
    for (const action of actions) this.#runner.begin(action);
  }

  #input(outcomes: readonly ActionOutcome[]): EngineInput {
    const { services } = this.#options;
    return {
      pod: this.#pod.given,
      pendingResize: this.#pod.pending,
      state: this.#state,
      observation: { ...this.#view.seen, outcomes },
      now: services.now(),
      settings: services.settings,
      version: this.#prepared === undefined ? undefined : this.#version,
      probeDelayShare: this.#probeDelayShare,
    };
  }

  #turn(outcomes: readonly ActionOutcome[]): void {
    const { services } = this.#options;
    this.#judgeResize();
    const input = this.#input(outcomes);
    const { now } = input;
    const result = advance(input);
    this.#state = result.state;
    for (const cancellation of result.cancellations) this.#runner.cancel(cancellation);
    for (const action of result.actions) this.#runner.begin(action);
    for (const event of result.events) this.#tell(() => services.recordEvent(this.ref, event));
    const nextLook = this.#view.nextLook(this.#runner.isUnderWay(starts));
    // What was just started is looked at before it is told.
    if (nextLook === 'now') {
      this.#wake();
      return;
    }
    const nextTell = this.#offerStatus(result.status, now);
    const times = [result.nextDeadline, nextTell, nextLook === 'held' ? now + longestHold : undefined];
    const nextTurn = Math.min(...times.filter((time) => time !== undefined));
    if (Number.isFinite(nextTurn)) this.#setTimer(nextTurn - now);
  }

  #judgeResize(): void {
    const { services } = this.#options;
    const kept = this.#pod.judge();
    if (kept === undefined) return;
    const message = resizeWords(kept.reason, this.#pod.desired, kept.message);
    this.#tell(() => services.recordEvent(this.ref, { type: 'Warning', reason: `Resize${kept.reason}`, message }));
  }

  #offerStatus(status: PodStatus, now: number): number | undefined {
    this.#status = status;
    this.#known.resolve();
    const { stop, end } = this.#state;
    const isComing = stop === undefined && end === undefined && this.#runner.isUnderWay(quickSteps);
    return this.#teller.offer(status, { isComing, now });
  }

  /** What others do with what they are told must not undo what has been decided. */
  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#options.services.log.error('News of a pod could not be taken in', { ...this.#fields(), error });
    }
  }

  #setTimer(milliseconds: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.services.clock.setTimer(() => this.#wake(), milliseconds);
  }

  #ended(kind: ActionKind, outcome: ActionOutcome, seen: SeenChange | undefined): void {
    if (seen !== undefined) this.#view.learn(seen);
    this.#outcomes.push(outcome);
    if (changes.has(kind) || (starts.has(kind) && !outcome.ok)) this.#view.doubt();
    this.#wake();
  }

  #surroundings(): Omit<ActionContext, 'services' | 'calls'> {
    const sandbox = latestSandbox({ ...this.#view.seen, outcomes: [] });
    const { hostIPs } = this.#options.services.settings;
    const podIPs = this.#pod.given.spec?.hostNetwork === true ? hostIPs : (sandbox?.ips ?? []);
    return { pod: this.#pod.given, prepared: this.#prepared, podIPs, probeCounts: this.probeCounts };
  }

  #fields(): { readonly pod: string; readonly uid: string } {
    return { pod: formatPodRef(this.ref), uid: this.ref.uid };
  }
}
