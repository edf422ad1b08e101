interface Cell<T> {
  readonly value: T;
  readonly since: number;
  next: Cell<T> | undefined;
  previous: Cell<T> | undefined;
}

/** A first-in, first-out line of distinct values in which any value can leave early. Every operation takes constant time. */
export class Fifo<T> {
  readonly #cells = new Map<T, Cell<T>>();
  #first: Cell<T> | undefined;
  #last: Cell<T> | undefined;

  get size(): number {
    return this.#cells.size;
  }

  has(value: T): boolean {
    return this.#cells.has(value);
  }

  /** Since when the first value stands in the line, as was said when it came; undefined when nothing does. */
  get firstSince(): number | undefined {
    return this.#first?.since;
  }

  /** Puts a value at the end. False when it stands in the line already. */
  push(value: T, since = 0): boolean {
    if (this.#cells.has(value)) return false;
    const cell: Cell<T> = { value, since, next: undefined, previous: this.#last };
    this.#cells.set(value, cell);
    if (this.#last === undefined) this.#first = cell;
    else this.#last.next = cell;
    this.#last = cell;
    return true;
  }

  /** Takes the value that stands first. */
  shift(): T | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first.value);
    return first?.value;
  }

  /** Takes a value out, wherever it stands. False when it was not in. */
  remove(value: T): boolean {
    const cell = this.#cells.get(value);
    if (cell === undefined) return false;
    this.#cells.delete(value);
    if (cell.previous === undefined) this.#first = cell.next;
    else cell.previous.next = cell.next;
    if (cell.next === undefined) this.#last = cell.previous;
    else cell.next.previous = cell.previous;
    return true;
  }
}
