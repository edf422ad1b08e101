import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Tasks that live and end together, under one signal. The first failure aborts the others; so does the signal the group was
 * made with. An error that a task throws after the abort because of it is no failure. Thousands of groups may wait for as long as
 * the process lives: no async function waits in them, as that takes twice the memory of a reaction to a promise.
 */
export class TaskGroup {
  readonly #controller = new AbortController();
  /** A task belongs to nothing that its spawner is in the middle of, such as a span about another key. */
  readonly #inOwnContext = AsyncLocalStorage.snapshot();
  readonly #release: () => void;
  #failures: { readonly name: string; readonly error: unknown }[] | undefined;
  #running = 0;
  /** For those who wait for the end of the tasks. */
  #end: PromiseWithResolvers<void> | undefined;

  constructor(parent: AbortSignal) {
    const onAbort = (): void => this.#controller.abort(parent.reason);
    this.#release = () => parent.removeEventListener('abort', onAbort);
    if (parent.aborted) onAbort();
    else parent.addEventListener('abort', onAbort, { once: true });
  }

  /** What every task of the group gets. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts a task, in the asynchronous context in which the group was made. One that is spawned after the abort is started too and sees an aborted signal. */
  spawn(name: string, task: (signal: AbortSignal) => Promise<void>): void {
    this.#running++;
    this.#follow(name, this.#inOwnContext(started, task, this.signal));
  }

  /** Asks every task to end. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  /**
   * Waits until no task is left, also those spawned while waiting. Throws what the one failed task threw, or an
   * `AggregateError` of all failures, in the order in which they happened, with the names in its message.
   */
  join(): Promise<void> {
    this.#end ??= Promise.withResolvers<void>();
    const { promise } = this.#end;
    if (this.#running === 0) this.#settle();
    return promise;
  }

  #follow(name: string, task: Promise<void>): void {
    task.then(
      () => this.#onEnded(),
      (error: unknown) => {
        this.#onError(name, error);
        this.#onEnded();
      },
    );
  }

  #onError(name: string, error: unknown): void {
    if (this.signal.aborted && isAbort(error, this.signal)) return;
    this.#failures ??= [];
    this.#failures.push({ name, error });
    this.#controller.abort(error);
  }

  #onEnded(): void {
    this.#running--;
    if (this.#running === 0) this.#settle();
  }

  #settle(): void {
    if (this.#end === undefined) return;
    const { resolve, reject } = this.#end;
    this.#end = undefined;
    this.#release();
    if (this.#failures === undefined) resolve();
    else reject(summaryOf(this.#failures));
  }
}

/** Also where the task throws before it gives a promise. */
function started(task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    return task(signal);
  } catch (error) {
    return Promise.reject(error);
  }
}

function summaryOf(failures: readonly { readonly name: string; readonly error: unknown }[]): unknown {
  const [first, second] = failures;
  if (second === undefined) return first?.error;
  const summary = failures.map(({ name, error }) => `${name}: ${describe(error)}`).join('; ');
  return new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} tasks failed: ${summary}`,
  );
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
