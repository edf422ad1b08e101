import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../work/clock.ts';
import { KubeConfigError } from './kube-config-error.ts';

/** How often a file is looked at. The kubelet rewrites a projected token long before it expires. */
const checkEveryMilliseconds = 10_000;

/** A small text file that is read again when it has changed: a token, a certificate, a key. */
export class WatchedFile {
  readonly path: string;
  readonly #clock: Clock;
  #text: string | undefined;
  #mark = '';
  #checkedAt = Number.NEGATIVE_INFINITY;
  #checking: Promise<string> | undefined;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
  }

  /**
   * The text in the file. A file that cannot be read for a while (it is being replaced) leaves the last text in force; one
   * that never could be read is a {@link KubeConfigError}.
   */
  read(): Promise<string> {
    if (this.#text !== undefined && this.#clock.monotonic() - this.#checkedAt < checkEveryMilliseconds) {
      return Promise.resolve(this.#text);
    }
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Looks at the file at the next read, however soon that is. */
  expire(): void {
    this.#checkedAt = Number.NEGATIVE_INFINITY;
  }

  async #check(): Promise<string> {
    this.#checkedAt = this.#clock.monotonic();
    try {
      // A projected volume replaces a symbolic link: the inode tells what the times may not.
      const { ino, mtimeMs, size } = await stat(this.path);
      const mark = `${ino}:${mtimeMs}:${size}`;
      if (this.#text === undefined || mark !== this.#mark) {
        this.#text = await readFile(this.path, 'utf8');
        this.#mark = mark;
      }
      return this.#text;
    } catch (cause) {
      if (this.#text !== undefined) return this.#text;
      throw new KubeConfigError(`cannot read ${this.path}`, cause);
    }
  }
}
