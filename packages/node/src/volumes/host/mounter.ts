/** Makes and ends mounts on this host. */
export interface Mounter {
  /** Mounts an empty file system in memory. Options are those of tmpfs(5), for example `size=1048576`. */
  mountMemory(target: string, options: readonly string[], signal: AbortSignal): Promise<void>;
  /** Shows `source`, a file or a directory, at `target` too. Symbolic links in `source` that end in an open file (`/proc/PID/fd/N`) stay as they are. */
  bind(source: string, target: string, signal: AbortSignal): Promise<void>;
  /** Ends the mount at `target`, and all mounts below it. Nothing mounted there is a success. */
  unmount(target: string, signal: AbortSignal): Promise<void>;
  /** The targets of all mounts at or below a path, the deepest first. */
  mountsBelow(path: string): Promise<readonly string[]>;
}
