/**
 * Bounds how much is done in one turn of the event loop, where work would otherwise go on from promise to promise and let no
 * connection and no timer have its turn.
 */
export class TurnBudget {
  readonly #perTurn: number;
  #left: number;
  #turnEnds: Promise<void> | undefined;

  /** `perTurn`: how many may be done before others get their turn. */
  constructor(perTurn: number) {
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  /** Takes one, where this turn has one left. */
  tryTake(): boolean {
    this.#turnEnds ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#left = this.#perTurn;
        this.#turnEnds = undefined;
        resolve();
      });
    });
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }

  /** Takes one, in a later turn where this one has none left. */
  async take(): Promise<void> {
    while (!this.tryTake()) await this.#turnEnds;
  }

  /** Resolves when the turn is over in which the last one was taken. */
  async turnEnd(): Promise<void> {
    await this.#turnEnds;
  }
}
