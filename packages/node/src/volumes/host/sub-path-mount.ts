import { dirname } from 'node:path';
import { ifPresent, type HostFiles } from './host-files.ts';
import type { Mounter } from './mounter.ts';
import { openSubPath } from './sub-path.ts';

export interface SubPathMount {
  readonly files: HostFiles;
  readonly mounter: Mounter;
  readonly volume: string;
  readonly subPath: string;
  /** Where it is shown: a path outside of the volume, which no container sees. */
  readonly target: string;
}

/**
 * Shows a path within a volume at a place of its own, by a bind mount of what is open. So the runtime, which resolves paths
 * anew, is never given one that a container can turn elsewhere. What is shown there already stays; an older version goes.
 */
export async function mountSubPath(mount: SubPathMount, signal: AbortSignal): Promise<void> {
  const { files, mounter, target } = mount;
  const handle = await openSubPath(files, mount.volume, mount.subPath);
  try {
    const wanted = await handle.stat();
    const shown = await ifPresent(files.lstat(target));
    if (shown !== undefined) {
      if (shown.dev === wanted.dev && shown.ino === wanted.ino) return;
      await mounter.unmount(target, signal);
      const placeholder = await files.lstat(target);
      if (placeholder.isDirectory()) await files.rmdir(target);
      else await files.unlink(target);
    }
    await files.mkdir(dirname(target), { recursive: true });
    if (wanted.isDirectory()) await files.mkdir(target);
    else await files.writeFile(target, '');
    await mounter.bind(`/proc/${await files.readlink('/proc/self')}/fd/${handle.fd}`, target, signal);
  } finally {
    await handle.close();
  }
}
