import type { Logger } from '../../provider/logger.ts';
import type { HostFiles } from './host-files.ts';
import type { Mounter } from './mounter.ts';

/** Source: statfs(2). */
const tmpfsMagic = 0x01021994;

/**
 * Makes one file system in memory for the Secrets and tokens of all pods, unless the directory lies in memory already, from
 * a process before or because the root does. Where mounts cannot be made, the directory is on the disk, which is logged.
 */
export async function makeSharedMemory(
  directory: string,
  { files, mounter, log }: { readonly files: HostFiles; readonly mounter: Mounter | undefined; readonly log: Logger },
): Promise<void> {
  await files.mkdir(directory, { recursive: true, mode: 0o750 });
  if ((await files.statfs(directory)).type === tmpfsMagic) return;
  if (mounter === undefined) {
    log.warn('Secrets and tokens of pods are written to the disk: this process makes no mounts', { directory });
    return;
  }
  await mounter.mountMemory(directory, ['mode=750'], new AbortController().signal);
}
