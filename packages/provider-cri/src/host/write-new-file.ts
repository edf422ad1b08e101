import { open, type FileHandle } from 'node:fs/promises';

/** Writes a file that is not there yet, with exactly these permissions. False, and nothing done, where there is one. */
export async function writeNewFile(path: string, text: string, mode: number): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', mode);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    // The umask of the process may have taken some permissions away.
    await Promise.all([file.writeFile(text), file.chmod(mode)]);
  } finally {
    await file.close();
  }
  return true;
}
