import * as nodeFiles from 'node:fs/promises';
import type { HostFiles } from '../host-files.ts';

/** The process that does the file operations ends: nothing after it happens. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** The operations that change what is on the disk. */
const changing: ReadonlySet<string> = new Set([
  'chmod',
  'lchown',
  'mkdir',
  'mkdtemp',
  'rename',
  'rmdir',
  'symlink',
  'unlink',
  'writeFile',
]);

/** File operations of a process that dies before its change number `lastChange + 1`, and the changes that it made. */
export function dyingFiles(lastChange: number): { readonly files: HostFiles; readonly changes: readonly string[] } {
  const changes: string[] = [];
  const files = new Proxy<HostFiles>(nodeFiles, {
    get(target, name) {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== 'function' || typeof name === 'symbol') return operation;
      return (...args: unknown[]): unknown => {
        if (changing.has(name)) {
          if (changes.length >= lastChange) return Promise.reject(new ProcessDied(`before ${name}`));
          changes.push(name);
        }
        return Reflect.apply(operation, target, args);
      };
    },
  });
  return { files, changes };
}
