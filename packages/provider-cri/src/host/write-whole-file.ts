import { rename, writeFile } from 'node:fs/promises';

export interface WriteWholeFileOptions {
  /** Waits for the disk, so that a host that fails is not left with the name and without the contents. */
  readonly flush: boolean;
}

/** Writes a file that only this user reads: as a whole or not at all, whenever the process is killed. */
export async function writeWholeFile(path: string, text: string, { flush }: WriteWholeFileOptions): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, text, { mode: 0o600, flush });
  await rename(temporary, path);
}
