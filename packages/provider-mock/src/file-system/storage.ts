import { FileError } from './file-error.ts';

/** How much may be written: to one container's files, or to the volumes of one pod. */
export class Storage {
  readonly limitBytes: number;
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** @throws FileError when there is not as much left. */
  take(bytes: number, path: string): void {
    if (this.#usedBytes + bytes > this.limitBytes) throw new FileError('ENOSPC', path);
    this.#usedBytes += bytes;
  }

  release(bytes: number): void {
    this.#usedBytes = Math.max(0, this.#usedBytes - bytes);
  }
}
