import { WaitingLine } from '../work/waiting-line.ts';

/**
 * Who may send a request next, where no more than so many are to be on their way at once. What is urgent goes ahead of what is
 * not; otherwise who came first is served first.
 */
export class RequestLine {
  #free: number;
  readonly #urgent = new WaitingLine<void>();
  readonly #others = new WaitingLine<void>();

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Takes a place: undefined when there is one at once, else a promise of it, which rejects with `signal.reason` when aborted.
   * Every place that was got is given back by `leave`.
   */
  join({ urgent, signal }: { readonly urgent: boolean; readonly signal: AbortSignal }): Promise<void> | undefined {
    if (this.#free === 0) return (urgent ? this.#urgent : this.#others).join(signal);
    this.#free--;
    return undefined;
  }

  leave(): void {
    const line = this.#urgent.size > 0 ? this.#urgent : this.#others;
    if (line.size > 0) line.serve();
    else this.#free++;
  }
}
