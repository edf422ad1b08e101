import { Backoff } from '../../work/backoff.ts';
import type { RuntimeEventHandler } from '../runtime/container-runtime.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';
import type { EngineServices } from './engine-services.ts';
import { runtimeCall } from './runtime-call.ts';

export interface RuntimeWatchOptions {
  readonly services: EngineServices;
  /** How often everything is listed where the runtime tells of changes, in milliseconds: an event that was lost is found. */
  readonly relistMilliseconds: number;
  /** How often it is listed while the runtime tells of nothing. */
  readonly pollMilliseconds: number;
  readonly onChange: RuntimeEventHandler;
  /** The runtime answers again after it was away: whatever has become of any pod meanwhile, nothing has told of it. */
  readonly onReturn: () => void;
}

/** Finds out which pods have changed in the runtime: by its events where it has them, and by listing everything. */
export class RuntimeWatch {
  readonly #options: RuntimeWatchOptions;
  #marks = new Map<string, string>();
  #subscribed = false;
  #subscriptions = 0;
  /** The last subscription since which everything was listed: what happened before the runtime took it in was told to nobody. */
  #listedSubscription = 0;
  #lost = false;
  #listNow: () => void = () => undefined;

  constructor(options: RuntimeWatchOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#follow(signal), this.#list(signal)]);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { services, onChange } = this.#options;
    const { runtime, clock, log } = services;
    if (runtime.containerEvents === undefined) return;
    const backoff = new Backoff(
      {
        initialMilliseconds: 1_000,
        maximumMilliseconds: 10_000,
        factor: 2,
        jitter: 0.2,
        resetAfterMilliseconds: 60_000,
      },
      clock,
    );
    while (!signal.aborted) {
      try {
        this.#subscribed = true;
        this.#subscriptions += 1;
        await runtime.containerEvents(onChange, { signal, log });
      } catch (error) {
        if (!signal.aborted) log.warn('The runtime no longer tells of changes', { error });
      } finally {
        this.#subscribed = false;
        this.#lost = true;
        this.#listNow();
      }
      await quietly(signal, () => clock.sleep(backoff.next(), signal));
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { services, relistMilliseconds, pollMilliseconds } = this.#options;
    const { clock, log } = services;
    while (!signal.aborted) {
      const isCovered = this.#subscribed && this.#listedSubscription === this.#subscriptions;
      const interval = isCovered ? relistMilliseconds : pollMilliseconds;
      const early = new AbortController();
      this.#listNow = () => early.abort(new Error('it is listed now'));
      const either = AbortSignal.any([signal, early.signal]);
      await quietly(either, () => clock.sleep(interval, either));
      if (signal.aborted) return;
      try {
        // Lost again while it is listed is lost all the same.
        const wasLost = this.#lost;
        const subscription = this.#subscriptions;
        this.#lost = false;
        await this.#compare(signal);
        this.#listedSubscription = subscription;
        if (wasLost) this.#options.onReturn();
      } catch (error) {
        this.#lost = true;
        if (!signal.aborted) log.warn('The runtime could not list its containers', { error });
      }
    }
  }

  async #compare(signal: AbortSignal): Promise<void> {
    const { services, onChange } = this.#options;
    const { runtime, callTimeoutMilliseconds } = services;
    const options = { method: 'listContainers', signal, timeoutMilliseconds: callTimeoutMilliseconds };
    const [sandboxes, containers] = await runtimeCall(services, options, async (call) => [
      await runtime.listPodSandbox({}, call),
      await runtime.listContainers({}, call),
    ]);
    const marks = marksOf(sandboxes, containers);
    const before = this.#marks;
    this.#marks = marks;
    for (const uid of new Set([...before.keys(), ...marks.keys()])) {
      if (before.get(uid) !== marks.get(uid)) onChange(uid);
    }
  }
}

/** What of each pod is worth a closer look when it changes. */
function marksOf(sandboxes: readonly RuntimeSandbox[], containers: readonly RuntimeContainer[]): Map<string, string> {
  const marks = new Map<string, string>();
  const add = (uid: string, mark: string): void => {
    marks.set(uid, `${marks.get(uid) ?? ''}${mark};`);
  };
  for (const { ref, id, state, ips } of sandboxes) add(ref.uid, `${id} ${state} ${ips.join(',')}`);
  for (const { ref, id, state } of containers) add(ref.uid, `${id} ${state}`);
  return marks;
}

async function quietly(signal: AbortSignal, wait: () => Promise<void>): Promise<void> {
  try {
    await wait();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
