import { open, rename } from 'node:fs/promises';

/** Writes a file that only this user reads: as a whole or not at all, whenever the process is killed or the host fails. */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    // Before the rename: else a host that fails may be left with the name and not with the contents.
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
