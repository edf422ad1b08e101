/** The size of a terminal in characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** Sizes that nobody has asked for yet. Of more than these the oldest are forgotten: the last one is what counts. */
const keptSizes = 16;

/** Each change of a terminal's size, once, for one reader. */
export class TerminalSizes implements AsyncIterable<TerminalSize> {
  #sizes: TerminalSize[] = [];
  #last: TerminalSize | undefined;
  #over = false;
  #waiter: ((result: IteratorResult<TerminalSize>) => void) | undefined;

  /** Takes a size; the one that it is already is no change. */
  push(size: TerminalSize): void {
    if (this.#over || (this.#last?.width === size.width && this.#last.height === size.height)) {
      return;
    }
    this.#last = size;
    const waiter = this.#waiter;
    if (waiter !== undefined) {
      this.#waiter = undefined;
      waiter({ done: false, value: size });
      return;
    }
    this.#sizes.push(size);
    if (this.#sizes.length > keptSizes) {
      this.#sizes.shift();
    }
  }

  /** No more changes come. */
  end(): void {
    this.#over = true;
    this.#waiter?.({ done: true, value: undefined });
    this.#waiter = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<TerminalSize> {
    return {
      next: () => {
        const size = this.#sizes.shift();
        if (size !== undefined) {
          return Promise.resolve({ done: false, value: size });
        }
        if (this.#over) {
          return Promise.resolve({ done: true, value: undefined });
        }
        return new Promise((resolve) => {
          this.#waiter = resolve;
        });
      },
      return: () => {
        this.end();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
