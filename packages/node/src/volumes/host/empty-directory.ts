import { ifPresent, type HostFiles } from './host-files.ts';
import type { Mounter } from './mounter.ts';
import { removeTree } from './remove-tree.ts';
import { giveToGroup, groupDirectoryBits } from './volume-ownership.ts';

export interface EmptyDirectory {
  readonly files: HostFiles;
  readonly path: string;
  /** `fsGroup`. */
  readonly group: number | undefined;
}

/**
 * Makes an empty directory that everybody may write to. One that is there has been made before, and keeps what is in it:
 * it is made under another name, which no volume can have, and moved to its place when it is complete.
 */
export async function makeEmptyDirectory({ files, path, group }: EmptyDirectory): Promise<void> {
  if ((await ifPresent(files.lstat(path))) !== undefined) return;
  const staging = `${path}..new`;
  await removeTree(files, staging);
  await files.mkdir(staging, { recursive: true });
  await files.chmod(staging, 0o777);
  if (group !== undefined) await giveToGroup(files, staging, group, { readOnly: false });
  await files.rename(staging, path);
}

/** Mounts an empty file system in memory, unless one is mounted there. Its bits are those that tmpfs has by itself. */
export async function makeMemoryDirectory(
  { files, path, group }: EmptyDirectory,
  { mounter, sizeBytes }: { readonly mounter: Mounter; readonly sizeBytes: bigint | undefined },
  signal: AbortSignal,
): Promise<void> {
  await files.mkdir(path, { recursive: true });
  if ((await mounter.mountsBelow(path)).includes(path)) return;
  const mode = 0o1777 | (group === undefined ? 0 : groupDirectoryBits);
  const options = [
    `mode=${mode.toString(8)}`,
    ...(group === undefined ? [] : [`gid=${group}`]),
    ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`]),
  ];
  await mounter.mountMemory(path, options, signal);
}
