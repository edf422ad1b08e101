/** The flags of a command line as they were typed: by name without dashes, every value in order. A bare switch is `true`. */
export type GivenFlags = ReadonlyMap<string, readonly string[]>;

/** Collects what the parser finds. */
export class GivenFlagsRecorder {
  readonly #values = new Map<string, string[]>();

  record(name: string, value: string | null): void {
    const values = this.#values.get(name) ?? [];
    values.push(value ?? 'true');
    this.#values.set(name, values);
  }

  get given(): GivenFlags {
    return this.#values;
  }
}
