import { isAbsolute, join } from 'node:path';

/** Where the files of a pod lie under a root. */
export interface PodDirectories {
  /** All that is on the disk. */
  readonly pod: string;
  /** All that is in memory: Secrets and tokens. */
  readonly memory: string;
  /** Files of the backend's own. */
  readonly own: string;
  volume(name: string, where: 'disk' | 'memory'): string;
  /** The places at which sub paths are shown. */
  readonly subPaths: string;
  subPath(volume: string, container: string, index: number): string;
}

/** The pods with files on the disk under a root. */
export function podsDirectory(root: string): string {
  return join(root, 'pods');
}

/** One file system in memory for the Secrets and tokens of all pods. */
export function memoryDirectory(root: string): string {
  return join(root, 'memory');
}

/** @throws RangeError for a UID that cannot be the name of a directory. */
export function podDirectories(root: string, uid: string): PodDirectories {
  if (!isAbsolute(root)) throw new RangeError(`${root} is not an absolute path`);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(uid)) throw new RangeError(`"${uid}" is not the UID of a pod`);
  const pod = join(podsDirectory(root), uid);
  const memory = join(memoryDirectory(root), uid);
  const subPaths = join(pod, 'subpaths');
  return {
    pod,
    memory,
    own: join(pod, 'files'),
    volume: (name, where) => join(where === 'disk' ? pod : memory, 'volumes', name),
    subPaths,
    subPath: (volume, container, index) => join(subPaths, volume, container, String(index)),
  };
}
