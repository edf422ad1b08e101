import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StateEntry } from './state-entry.ts';

const header = { format: 'virtual-kubelet-mock-state', version: 1 };

/** The file is written anew when it holds this many lines more than twice what is needed. */
const spareLines = 10_000;

/** The state file cannot be read: it is another program's, or damaged. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
  readonly code = 'StateFileError';
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A journal: one JSON line for each change, written to the operating system before `append` resolves, so that it outlives
 * a killed process (not a power cut: nothing is forced to the disk). Changes that arrive together are written together.
 */
export class StateFile {
  readonly #path: string;
  readonly #snapshot: () => Iterable<StateEntry>;
  #handle: FileHandle | undefined;
  #inode: bigint | undefined;
  #size = 0;
  #lines = 0;
  #linesNeeded = 0;
  #waiting: Waiting[] = [];
  /** Lines of a write that failed: whether they reached the file is unknown, so they go first in the next one. */
  #unwritten = '';
  #writing: Promise<void> | undefined;

  private constructor(path: string, snapshot: () => Iterable<StateEntry>) {
    this.#path = path;
    this.#snapshot = snapshot;
  }

  /**
   * Reads the file's entries into `apply`, oldest first, and writes it anew without what is no longer needed.
   * `snapshot` gives the entries that stand for everything that was applied and appended.
   *
   * @throws StateFileError when the file is not one of the mock's.
   */
  static async open(
    path: string,
    apply: (entry: StateEntry) => void,
    snapshot: () => Iterable<StateEntry>,
  ): Promise<StateFile> {
    await mkdir(dirname(path), { recursive: true });
    for (const entry of await readEntries(path)) apply(entry);
    const file = new StateFile(path, snapshot);
    await file.#rewrite();
    return file;
  }

  /** Resolves once the entry is in the file. */
  append(entry: StateEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves once everything that was appended so far is in the file, also what could not be written at first. */
  async settled(): Promise<void> {
    await this.#writing;
    if (this.#unwritten !== '') await this.#write([]);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#write(batch.map(({ line }) => line));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(lines: readonly string[]): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) throw new StateFileError(`${this.#path} is closed`);
    const brokeOff = this.#unwritten !== '';
    const text = this.#unwritten + lines.join('');
    this.#unwritten = text;
    if ((await stat(this.#path, { bigint: true })).ino !== this.#inode)
      throw new StateFileError(`${this.#path} was taken over by another process`);
    this.#lines += lines.length;
    if (this.#lines > 2 * this.#linesNeeded + spareLines) {
      await this.#rewrite();
    } else {
      const bytes = Buffer.from(text);
      // A write that broke off may have left half a line behind.
      if (brokeOff) await handle.truncate(this.#size);
      await handle.write(bytes, 0, bytes.length, this.#size);
      this.#size += bytes.length;
    }
    this.#unwritten = '';
  }

  async #rewrite(): Promise<void> {
    const lines = [JSON.stringify(header), ...Array.from(this.#snapshot(), (entry) => JSON.stringify(entry))];
    const temporary = `${this.#path}.${randomUUID()}`;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const handle = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    try {
      await handle.writeFile(bytes);
      await rename(temporary, this.#path);
      this.#inode = (await handle.stat({ bigint: true })).ino;
    } catch (error) {
      await handle.close();
      throw error;
    }
    await this.#handle?.close();
    this.#handle = handle;
    this.#size = bytes.length;
    this.#lines = lines.length;
    this.#linesNeeded = lines.length;
  }
}

async function readEntries(path: string): Promise<StateEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  // What stands after the last line break is a line that a killed process did not finish.
  const lines = text.split('\n').slice(0, -1);
  const values = lines.map((line, index): unknown => {
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw new StateFileError(`${path}:${index + 1} is not JSON`, { cause });
    }
  });
  const [first, ...rest] = values;
  if (text !== '' && JSON.stringify(first) !== JSON.stringify(header))
    throw new StateFileError(`${path} is not a state file of the mock provider, version ${header.version}`);
  return rest as StateEntry[];
}
