import type { Clock } from '@vk/node';

/**
 * Numbers every call that leaves a process, to the API server or into the provider. Each has two places where the process
 * can be cut: 2n-1 before call n has any effect, 2n after its effect and before its answer.
 */
export class Crossings {
  /** What was called, in order. */
  readonly labels: string[] = [];
  readonly #cutAt: number | undefined;
  readonly #onCut: (place: string) => void;

  constructor(options: { readonly cutAt?: number | undefined; readonly onCut: (place: string) => void }) {
    this.#cutAt = options.cutAt;
    this.#onCut = options.onCut;
  }

  /** How many places there are to cut at, so far. */
  get cutPoints(): number {
    return this.labels.length * 2;
  }

  before(label: string): number {
    const number = this.labels.push(label);
    if (this.#cutAt === number * 2 - 1) this.#onCut(`before ${number} (${label})`);
    return number;
  }

  after(number: number, label: string): void {
    if (this.#cutAt === number * 2) this.#onCut(`after ${number} (${label})`);
  }
}

/** How long a call takes on its way there and back. */
export interface Latency {
  next(): number;
}

/** A wait that nothing ends but the time. */
export function pause(clock: Clock, milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => void clock.setTimer(resolve, milliseconds));
}
