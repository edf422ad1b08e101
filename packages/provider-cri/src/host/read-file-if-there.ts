import { lstat, readFile } from 'node:fs/promises';
import { isMissing } from './is-missing.ts';

/** The text of a file. Undefined when there is none, and for what is no plain file: links are not followed. */
export async function readFileIfThere(path: string): Promise<string | undefined> {
  try {
    if (!(await lstat(path)).isFile()) return undefined;
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
