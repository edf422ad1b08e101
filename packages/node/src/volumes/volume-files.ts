import type { VolumeFile } from '../provider/prepared-volume.ts';

/** The files of a volume, or what stands in the way, one sentence each. */
export type FilesResult = { readonly files: readonly VolumeFile[] } | { readonly errors: readonly string[] };

/** True when both lists have the same files with the same contents in the same order. */
export function isSameFiles(one: readonly VolumeFile[], other: readonly VolumeFile[]): boolean {
  return (
    one.length === other.length &&
    one.every((file, index) => {
      const match = other[index];
      return (
        match !== undefined &&
        file.path === match.path &&
        file.mode === match.mode &&
        file.secret === match.secret &&
        isSameContent(file.content, match.content)
      );
    })
  );
}

function isSameContent(one: VolumeFile['content'], other: VolumeFile['content']): boolean {
  if (one instanceof Uint8Array || other instanceof Uint8Array)
    return one instanceof Uint8Array && other instanceof Uint8Array && Buffer.compare(one, other) === 0;
  return JSON.stringify(one) === JSON.stringify(other);
}
