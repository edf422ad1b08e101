/**
 * Tasks that live and end together, under one signal. The first failure aborts the others; so does the signal the group was
 * made with. An error that a task throws after the abort because of it is no failure.
 */
export class TaskGroup {
  readonly #controller = new AbortController();
  readonly #running = new Map<symbol, string>();
  readonly #failures: { readonly name: string; readonly error: unknown }[] = [];
  readonly #idle: (() => void)[] = [];
  readonly #release: () => void;

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

  /** The names of the tasks that have not ended: what a shutdown is waiting for. */
  get running(): string[] {
    return [...this.#running.values()];
  }

  /** Starts a task. One that is spawned after the abort is started too and sees an aborted signal. */
  spawn(name: string, task: (signal: AbortSignal) => Promise<void>): void {
    const id = Symbol(name);
    this.#running.set(id, name);
    void this.#run(id, name, task);
  }

  /** Asks every task to end. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  /**
   * Waits until no task is left, also those spawned while waiting. Throws what the one failed task threw, or an
   * `AggregateError` of all failures, in the order in which they happened, with the names in its message.
   */
  async join(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#release();
    const [first, second] = this.#failures;
    if (first === undefined) return;
    if (second === undefined) throw first.error;
    const summary = this.#failures.map(({ name, error }) => `${name}: ${describe(error)}`).join('; ');
    throw new AggregateError(
      this.#failures.map(({ error }) => error),
      `${this.#failures.length} tasks failed: ${summary}`,
    );
  }

  async #run(id: symbol, name: string, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await task(this.signal);
    } catch (error) {
      if (!(this.signal.aborted && isAbort(error, this.signal))) {
        this.#failures.push({ name, error });
        this.#controller.abort(error);
      }
    } finally {
      this.#running.delete(id);
      if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
