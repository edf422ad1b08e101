import { Fifo } from './fifo.ts';

/** Who takes slots that others take too. */
export interface SlotTaker {
  /** One is free, and it is this one's turn to ask for it. It need not: then the next is told. */
  onSlotFree(): void;
}

/** Slots that many have in common. Who finds none free has its turn later, after those who came before. */
export class SharedSlots {
  #free: number;
  readonly #waiting = new Fifo<SlotTaker>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a slot if one is free. Else the taker is told when one is. */
  tryTake(taker: SlotTaker): boolean {
    if (this.#free === 0) {
      this.#waiting.push(taker);
      return false;
    }
    this.#free--;
    return true;
  }

  /** Gives back a slot that was taken. */
  give(): void {
    this.#free++;
    while (this.#free > 0 && this.#waiting.size > 0) this.#waiting.shift()?.onSlotFree();
  }
}
