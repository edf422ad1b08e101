import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isMissing } from './is-missing.ts';

/** What is in a directory; nothing where it is not there. */
export async function entriesIn(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
