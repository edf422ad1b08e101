import type { WatchEvent } from '../kube/watch-event.ts';

type Step<T> = { readonly event: WatchEvent<T> } | { readonly error: unknown } | { readonly end: true };

/** One watch that was opened, for a test to speak for the API server. */
export class ScriptedWatch<T> implements AsyncIterable<WatchEvent<T>> {
  readonly #signal: AbortSignal;
  readonly #steps: Step<T>[] = [];
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  /** False once nobody listens any more. */
  get isOpen(): boolean {
    return !this.#signal.aborted;
  }

  send(...events: readonly WatchEvent<T>[]): void {
    for (const event of events) this.#add({ event });
  }

  /** The whole of a first list: these objects and no others. */
  list(...objects: readonly T[]): void {
    this.send({ type: 'init' }, ...objects.map((object) => ({ type: 'init-apply', object }) as const), {
      type: 'init-done',
      resourceVersion: '1',
    });
  }

  fail(error: unknown): void {
    this.#add({ error });
  }

  end(): void {
    this.#add({ end: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchEvent<T>, void, undefined> {
    for (;;) {
      this.#signal.throwIfAborted();
      const step = this.#steps.shift();
      if (step === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if ('error' in step) throw step.error;
      else if ('end' in step) return;
      else yield step.event;
    }
  }

  #add(step: Step<T>): void {
    this.#steps.push(step);
    this.#wake?.();
  }
}
