import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock, Timer } from '@vk/node';

/** An editor writes a file in several steps; this long after the last of them it is read. */
const settleMilliseconds = 100;

/** Tells when one of a set of files changes. Directories are watched, since most editors replace a file. */
export class FileChanges {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #files: ReadonlySet<string> = new Set();
  #settling: Timer | undefined;

  constructor(options: { readonly clock: Clock; readonly onChange: () => void }) {
    this.#clock = options.clock;
    this.#onChange = options.onChange;
  }

  /** Replaces the set of files that are watched. */
  watch(files: ReadonlySet<string>): void {
    this.#files = new Set(files);
    const directories = new Set([...files].map((file) => dirname(file)));
    for (const [directory, watcher] of this.#watchers) {
      if (directories.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of directories) if (!this.#watchers.has(directory)) this.#open(directory);
  }

  close(): void {
    this.#settling?.cancel();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #open(directory: string): void {
    const watcher = watch(directory, (_, name) => {
      const concerned = [...this.#files].some((file) => dirname(file) === directory && basename(file) === name);
      if (concerned || name === null) this.#settle();
    });
    // A directory that was removed is no longer watched; its files cannot be loaded either, which is told then.
    watcher.on('error', () => {
      watcher.close();
      this.#watchers.delete(directory);
    });
    this.#watchers.set(directory, watcher);
  }

  #settle(): void {
    this.#settling?.cancel();
    this.#settling = this.#clock.setTimer(this.#onChange, settleMilliseconds);
  }
}
