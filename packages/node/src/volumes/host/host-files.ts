import type * as fs from 'node:fs/promises';

/** The operations on files that host volumes are made of. Tests put a process that dies between two of them in their place. */
export interface HostFiles extends Pick<
  typeof fs,
  | 'chmod'
  | 'lchown'
  | 'lstat'
  | 'open'
  | 'readFile'
  | 'readdir'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rmdir'
  | 'stat'
  | 'statfs'
  | 'symlink'
  | 'unlink'
  | 'writeFile'
> {
  mkdir(path: string, options?: { readonly recursive?: boolean; readonly mode?: number }): Promise<unknown>;
  mkdtemp(prefix: string): Promise<string>;
}

/** True for an error of the operating system with one of these names, such as `ENOENT`. */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** What `operation` gives; undefined when the file or directory is not there. */
export async function ifPresent<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
