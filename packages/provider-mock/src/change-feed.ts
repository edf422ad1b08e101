import type { BackendPod, GonePod, PodRef } from '@vk/node/provider';
import type { Clock, Timeline } from './timeline.ts';

type Timer = ReturnType<Clock['setTimer']>;

/** What the feed asks of the node: a pod as it is now, and when it will look different by itself. */
export interface ObservedPod {
  readonly pod: BackendPod | GonePod;
  readonly changesAt?: number;
}

export interface ChangeFeedOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  /** Undefined when the backend has no such pod any more. */
  readonly observe: (uid: string) => ObservedPod | undefined;
  /** The UIDs of the node's pods. */
  readonly uids: () => readonly string[];
}

type Listener = (pod: BackendPod | GonePod) => void;

/** Tells of each change of a pod, those that a call makes and those that time makes. Sets timers only while somebody listens. */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #listeners = new Set<Listener>();
  readonly #timers = new Map<string, Timer>();

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** Calls `listener` from now on, until `signal` is aborted; resolves then. */
  async follow(listener: Listener, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (this.#listeners.size === 0) for (const uid of this.#options.uids()) this.#arm(uid, this.#options.observe(uid));
    this.#listeners.add(listener);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#disarmAll();
  }

  /** A call has changed this pod. */
  tell(uid: string): void {
    if (this.#listeners.size === 0) return;
    const observed = this.#options.observe(uid);
    if (observed !== undefined) for (const listener of this.#listeners) listener(observed.pod);
    this.#arm(uid, observed);
  }

  /** The pod was removed: nothing is told of it any more. */
  forget(uid: string): void {
    this.#timers.get(uid)?.cancel();
    this.#timers.delete(uid);
  }

  #arm(uid: string, observed: ObservedPod | undefined): void {
    this.forget(uid);
    const changesAt = observed?.changesAt;
    if (changesAt === undefined) return;
    const { clock, timeline } = this.#options;
    const onTime = (): void => {
      // A machine's timer may fire a little early.
      if (timeline() < changesAt) this.#arm(uid, observed);
      else this.tell(uid);
    };
    this.#timers.set(uid, clock.setTimer(onTime, Math.ceil(changesAt - timeline())));
  }

  #disarmAll(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}

/** That a pod is not in the backend any more. */
export function gone(ref: PodRef): GonePod {
  return { ref, gone: true };
}
