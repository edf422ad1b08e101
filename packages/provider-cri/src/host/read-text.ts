import { readFile } from 'node:fs/promises';

/** What the kernel tells in a file; empty where it does not. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
