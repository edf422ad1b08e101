import type { Pod } from '../../provider/wire.ts';
import type { RuntimeChange } from '../runtime/container-runtime.ts';
import type { EngineServices } from './engine-services.ts';
import { observeContainers, observePod } from './observe-pod.ts';
import { runtimeCall } from './runtime-call.ts';
import { isKnown, withChange, type SeenChange, type SeenPod } from './seen-pod.ts';

/** For so long at most, what the runtime tells while containers are being started is left for the look that follows. */
export const longestHold = 1_000;

/**
 * What the runtime has of one pod. It is listed as seldom as can be: what an answer has told is not asked for, and what happens
 * while containers are being started is looked at once, when they are.
 */
export class RuntimeView {
  readonly #services: EngineServices;
  /** Termination messages by container id. */
  readonly #messages = new Map<string, string>();
  #seen: SeenPod = { sandboxes: [], containers: [] };
  #looked = false;
  /** Nothing may be decided before the next look. */
  #doubtful = true;
  /** The containers of which an answer has told that they run. That is to be confirmed: times, for example, are the runtime's. */
  #unconfirmed = new Set<string>();
  /** The next look is for that alone, which these containers tell. */
  #isConfirmation = false;
  /** Something has changed, and the runtime does not say what. */
  #isNews = false;
  /** What the runtime has told and no listing has shown yet. */
  #told: RuntimeChange[] = [];
  /** What answers have told since the last look began. */
  #learned: SeenChange[] = [];
  #heldSince: number | undefined;

  constructor(services: EngineServices) {
    this.#services = services;
  }

  get seen(): SeenPod {
    return this.#seen;
  }

  /** Whether the runtime was ever looked at. */
  get looked(): boolean {
    return this.#looked;
  }

  /** The runtime has something new to tell. */
  tell(change: RuntimeChange | undefined): void {
    if (change === undefined) this.#isNews = true;
    else this.#told.push(change);
  }

  /** The answer of a call has told this. */
  learn(change: SeenChange): void {
    this.#learned.push(change);
    this.#seen = withChange(this.#seen, change);
    if ('started' in change) this.#unconfirmed.add(change.started);
  }

  /** What is known may be wrong by now. */
  doubt(): void {
    this.#doubtful = true;
    this.#isConfirmation = false;
  }

  /** True when the runtime has to be asked before the next decision. */
  isDoubtful(isStarting: boolean): boolean {
    this.#told = this.#told.filter((change) => !isKnown(this.#seen, change));
    return this.#doubtful || ((this.#isNews || this.#told.length > 0) && !this.#isHeld(isStarting));
  }

  /**
   * After a decision: whether the runtime is to be asked now, which settles everything, or when the containers that are being
   * started are through.
   */
  nextLook(isStarting: boolean): 'none' | 'now' | 'held' {
    if (this.#unconfirmed.size === 0 && !this.#isNews && this.#told.length === 0) return 'none';
    if (this.#isHeld(isStarting)) return 'held';
    this.#isConfirmation = !this.#doubtful;
    this.#doubtful = true;
    return 'now';
  }

  /** Asks the runtime. @throws what it throws; then nothing is known better than before. */
  async look(pod: Pod, signal: AbortSignal): Promise<void> {
    const services = this.#services;
    const { callTimeoutMilliseconds: timeoutMilliseconds, runtime } = services;
    const isConfirmation = this.#isConfirmation && !this.#isNews && this.#told.length === 0;
    const [seen, ids, messages] = [this.#seen, this.#unconfirmed, this.#messages];
    this.#doubtful = false;
    this.#isConfirmation = false;
    this.#unconfirmed = new Set();
    this.#heldSince = undefined;
    this.#isNews = false;
    this.#told = [];
    this.#learned = [];
    try {
      const listed = await runtimeCall(services, { method: 'listContainers', signal, timeoutMilliseconds }, (call) =>
        isConfirmation
          ? observeContainers(runtime, pod, { seen, ids, messages }, call)
          : observePod(runtime, pod, { messages, isNew: !this.#looked }, call),
      );
      // An answer that came meanwhile may be newer than the listing.
      this.#seen = this.#learned.reduce(withChange, listed);
      this.#looked = true;
    } catch (error) {
      this.#doubtful = true;
      throw error;
    }
  }

  #isHeld(isStarting: boolean): boolean {
    if (!isStarting) {
      this.#heldSince = undefined;
      return false;
    }
    const now = this.#services.now();
    this.#heldSince ??= now;
    return now - this.#heldSince < longestHold;
  }
}
