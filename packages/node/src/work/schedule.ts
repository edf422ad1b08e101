interface Entry<K> {
  readonly key: K;
  dueAt: number;
  order: number;
  position: number;
}

/**
 * When each key is due: a heap in which every key stands once. An earlier time wins, a later one is ignored; keys that are
 * due at the same time come out in the order in which they were put in. It has no clock and no timer.
 */
export class Schedule<K> {
  readonly #heap: Entry<K>[] = [];
  readonly #entries = new Map<K, Entry<K>>();
  #order = 0;

  /** How many keys are waiting. */
  get size(): number {
    return this.#heap.length;
  }

  /** The time at which the first key is due. */
  get nextDueAt(): number | undefined {
    return this.#heap[0]?.dueAt;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Puts a key in, or brings it forward. False when it was due no later already. */
  add(key: K, dueAt: number): boolean {
    const known = this.#entries.get(key);
    if (known === undefined) {
      const entry = { key, dueAt, order: this.#order++, position: this.#heap.length };
      this.#entries.set(key, entry);
      this.#heap.push(entry);
      this.#rise(entry);
      return true;
    }
    if (known.dueAt <= dueAt) return false;
    known.dueAt = dueAt;
    known.order = this.#order++;
    this.#rise(known);
    return true;
  }

  /** Takes a key out, due or not. False when it was not in. */
  remove(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    const last = this.#heap.pop();
    if (last !== undefined && last !== entry) {
      this.#place(last, entry.position);
      this.#rise(last);
      this.#sink(last);
    }
    return true;
  }

  /** Takes out every key that is due at this time, the earliest first. */
  takeDue(now: number): K[] {
    const due: K[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.dueAt <= now; first = this.#heap[0]) {
      this.remove(first.key);
      due.push(first.key);
    }
    return due;
  }

  #place(entry: Entry<K>, position: number): void {
    this.#heap[position] = entry;
    entry.position = position;
  }

  #rise(entry: Entry<K>): void {
    for (;;) {
      const parent = this.#heap[(entry.position - 1) >> 1];
      if (parent === undefined || !comesBefore(entry, parent)) return;
      this.#swap(entry, parent);
    }
  }

  #sink(entry: Entry<K>): void {
    for (;;) {
      const left = this.#heap[2 * entry.position + 1];
      const right = this.#heap[2 * entry.position + 2];
      const child = left !== undefined && right !== undefined && comesBefore(right, left) ? right : left;
      if (child === undefined || !comesBefore(child, entry)) return;
      this.#swap(child, entry);
    }
  }

  #swap(a: Entry<K>, b: Entry<K>): void {
    const position = a.position;
    this.#place(a, b.position);
    this.#place(b, position);
  }
}

function comesBefore<K>(a: Entry<K>, b: Entry<K>): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
