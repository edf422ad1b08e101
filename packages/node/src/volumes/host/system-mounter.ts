import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { mountsBelow } from './mount-table.ts';
import type { Mounter } from './mounter.ts';

const run = promisify(execFile);
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** Makes mounts with mount(8) and umount(8) of util-linux, in the mount namespace of this process. It has to be root. */
export const systemMounter: Mounter = {
  async mountMemory(target, options, signal) {
    try {
      // Secrets must not be written to a disk by way of the swap. Kernels before 6.4 do not know the option.
      await command('mount', ['-t', 'tmpfs', '-o', [...options, 'noswap'].join(','), 'tmpfs', target], signal);
    } catch (error) {
      signal.throwIfAborted();
      if (await isMountPoint(target)) throw error;
      const plain = options.length > 0 ? ['-o', options.join(',')] : [];
      await command('mount', ['-t', 'tmpfs', ...plain, 'tmpfs', target], signal);
    }
  },

  async bind(source, target, signal) {
    await command('mount', ['--no-canonicalize', '--bind', source, target], signal);
  },

  async unmount(target, signal) {
    for (const mounted of await mountsBelow({ readFile }, target))
      await command('umount', ['--no-canonicalize', mounted], signal);
  },

  mountsBelow: (path) => mountsBelow({ readFile }, path),
};

async function isMountPoint(path: string): Promise<boolean> {
  return (await mountsBelow({ readFile }, path)).includes(path);
}

async function command(name: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // Not killed when the signal comes: half a mount is worse than one that is finished a moment later.
  try {
    await run(name, args, { env: environment });
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(words === '' ? `${name} failed` : words, { cause: error });
  }
}
