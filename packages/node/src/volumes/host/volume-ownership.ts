import type { HostFiles } from './host-files.ts';

const setGroupId = 0o2000;

/** The permission bits that a directory of a group that may write has at least. */
export const groupDirectoryBits: number = setGroupId | 0o770;

/**
 * Gives a file or directory to a group: its members may read it, and write it unless it is read-only; what is made in the
 * directory belongs to the group too. Other permission bits stay.
 *
 * Source of the bits: Kubernetes' `SetVolumeOwnership` (`fsGroup`).
 */
export async function giveToGroup(
  files: HostFiles,
  path: string,
  group: number,
  { readOnly }: { readonly readOnly: boolean },
): Promise<void> {
  const { mode } = await files.lstat(path);
  // A change of owner clears the bits that set ids: first the group, then the mode.
  await files.lchown(path, -1, group);
  const isDirectory = (mode & 0o170000) === 0o040000;
  const access = readOnly ? 0o440 : 0o660;
  await files.chmod(path, (mode & 0o7777) | access | (isDirectory ? setGroupId | 0o110 : 0));
}
