import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@vk/node/provider';

/** Says when there may be something new in the directory of a log: by the file system, and by the clock where that is silent. */
export class LogChanges implements Disposable {
  readonly #clock: Clock;
  readonly #pollMilliseconds: number;
  readonly #watcher: FSWatcher | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(path: string, clock: Clock, pollMilliseconds: number) {
    this.#clock = clock;
    this.#pollMilliseconds = pollMilliseconds;
    this.#watcher = watcherOf(dirname(path), () => {
      this.#changed = true;
      this.#wake?.();
    });
  }

  /** Resolves at the next change, or after a while without one. Rejects when the signal is aborted. */
  async next(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#changed) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      try {
        await this.#clock.sleep(this.#pollMilliseconds, AbortSignal.any([signal, woken.signal]));
      } catch (error) {
        signal.throwIfAborted();
        if (!woken.signal.aborted) throw error;
      } finally {
        this.#wake = undefined;
      }
    }
    this.#changed = false;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }
}

/** Undefined where the file system cannot be watched, for example when the host is out of watches. */
function watcherOf(directory: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
