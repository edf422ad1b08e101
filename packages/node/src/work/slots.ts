import { WaitingLine } from './waiting-line.ts';

/** A number of equal slots, handed out in the order in which they were asked for. */
export class Slots {
  #free: number;
  /** Made when somebody has to wait for the first time. */
  #waiting: WaitingLine<() => void> | undefined;

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot and gives the function that frees it (once: a second call changes nothing). Rejects with `signal.reason`. */
  acquire(signal: AbortSignal): Promise<() => void> {
    if (this.#free === 0 || signal.aborted) return (this.#waiting ??= new WaitingLine()).join(signal);
    this.#free--;
    return Promise.resolve(this.#slot());
  }

  #slot(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (this.#waiting === undefined || this.#waiting.size === 0) this.#free++;
      else this.#waiting.serve(this.#slot());
    };
  }
}
