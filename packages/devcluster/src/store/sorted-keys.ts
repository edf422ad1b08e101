/** Keys in the order in which lists show them: byte order, as etcd keeps them. */
export class SortedKeys {
  readonly #keys: string[] = [];

  /** Where the key is, or where it would have to go. */
  indexOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const candidate = this.#keys[middle];
      if (candidate !== undefined && candidate < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(key: string): void {
    const index = this.indexOf(key);
    if (this.#keys[index] !== key) this.#keys.splice(index, 0, key);
  }

  delete(key: string): void {
    const index = this.indexOf(key);
    if (this.#keys[index] === key) this.#keys.splice(index, 1);
  }

  /** All keys that begin with the prefix, in order. */
  withPrefix(prefix: string): string[] {
    if (prefix === '') return this.#keys.slice();
    const start = this.indexOf(prefix);
    // No character of a key comes after this one.
    return this.#keys.slice(start, this.indexOf(`${prefix}\uffff`));
  }
}
