import { formatPodRef, type PodRef } from '../../provider/pod-ref.ts';
import { abortable } from '../../work/abortable.ts';
import type { ActionKind, ActionOutcome, Cancellation, EngineAction } from '../machine/engine-action.ts';
import type { ActionContext } from './action-context.ts';
import { failedOutcome } from './action-errors.ts';
import type { EngineServices } from './engine-services.ts';
import { performAction, type Performed } from './perform-action.ts';
import { RuntimeCalls } from './runtime-calls.ts';
import type { SeenChange } from './seen-pod.ts';

/** How long a call that was given up is still waited for, where it may have made something. */
const longestLinger = 5_000;

export interface ActionRunnerOptions {
  readonly services: EngineServices;
  readonly ref: PodRef;
  /** What an action that begins now is done with. */
  readonly surroundings: () => Omit<ActionContext, 'services' | 'calls'>;
  readonly onEnd: (kind: ActionKind, outcome: ActionOutcome, seen: SeenChange | undefined) => void;
}

interface RunningAction {
  readonly kind: ActionKind;
  readonly controller: AbortController;
  readonly calls: RuntimeCalls;
  /** Given up, but what becomes of it counts. */
  isAwaited: boolean;
  ended: Promise<void>;
}

/** Has the actions of one pod done, and ends them. */
export class ActionRunner {
  readonly #options: ActionRunnerOptions;
  readonly #closing = new AbortController();
  readonly #running = new Map<string, RunningAction>();
  /** Of actions that ended before their calls did. */
  readonly #left = new RuntimeCalls();

  constructor(options: ActionRunnerOptions) {
    this.#options = options;
  }

  isUnderWay(kinds: ReadonlySet<ActionKind>): boolean {
    return [...this.#running.values()].some(({ kind }) => kinds.has(kind));
  }

  begin(action: EngineAction): void {
    const { kind } = action;
    const key = `${action.lane}#${action.id}`;
    const controller = new AbortController();
    const running: RunningAction = {
      kind,
      controller,
      calls: new RuntimeCalls(),
      isAwaited: false,
      ended: Promise.resolve(),
    };
    this.#running.set(key, running);
    if (this.#closing.signal.aborted) controller.abort(this.#closing.signal.reason);
    this.#log('Pod engine step', action);
    running.ended = this.#perform(action, running).then(({ outcome, seen }) => {
      this.#running.delete(key);
      for (const call of running.calls.unsettled) this.#left.add(call);
      this.#options.onEnd(kind, outcome, seen);
    });
  }

  cancel({ lane, id, outcome }: Cancellation): void {
    const running = this.#running.get(`${lane}#${id}`);
    if (running === undefined) return;
    running.isAwaited = outcome === 'awaited';
    running.controller.abort(new Error('cancelled'));
  }

  /**
   * Ends all that is under way. Resolves when it has ended; with `lingers` not before the calls into the runtime have, too,
   * which may come true though they were given up, or a few seconds have passed.
   */
  async close({ lingers }: { readonly lingers: boolean }): Promise<void> {
    this.#closing.abort(new Error('the pod is no longer looked after'));
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort(this.#closing.signal.reason);
    await Promise.all(running.map(({ ended }) => ended));
    if (lingers) await this.#left.settled(this.#options.services.clock, longestLinger);
  }

  async #perform(
    action: EngineAction,
    running: RunningAction,
  ): Promise<{ readonly outcome: ActionOutcome; readonly seen: SeenChange | undefined }> {
    const { services, ref, surroundings } = this.#options;
    const { controller, calls } = running;
    const { lane, id, kind } = action;
    try {
      const step = { ref, step: kind, ...('container' in action && { container: action.container }) };
      const context: ActionContext = { ...surroundings(), services, calls };
      const proceed = (): Promise<Performed> => performAction(context, action, controller.signal);
      const { value, seen } = await abortable(services.observeStep?.(step, proceed) ?? proceed(), controller.signal);
      return { outcome: { lane, id, ok: true, value }, seen };
    } catch (error) {
      this.#log('Pod engine step failed', action, error);
      if (running.isAwaited) await calls.settled(services.clock, longestLinger, this.#closing.signal);
      return { outcome: failedOutcome(action, error), seen: undefined };
    }
  }

  #log(words: string, { kind, lane }: EngineAction, error?: unknown): void {
    const { services, ref } = this.#options;
    const fields = { pod: formatPodRef(ref), uid: ref.uid, step: kind, lane };
    services.log.debug(words, error === undefined ? fields : { ...fields, error });
  }
}
