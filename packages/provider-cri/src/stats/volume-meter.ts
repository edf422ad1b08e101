import { statfs } from 'node:fs/promises';
import type { Clock, Logger, VolumeStats } from '@vk/node/provider';
import type { HostVolumes } from '@vk/node/volumes';
import { directoryUsage } from '../host/directory-usage.ts';
import { fileSystemStats } from '../host/file-system-stats.ts';

/** So old figures may be; the kubelet measures volumes as often. */
const freshMilliseconds = 60_000;
/** A volume with more files than this is not measured: it would keep the disk busy for nothing but a figure. */
const mostEntries = 200_000;

export interface VolumeMeterOptions {
  readonly volumes: Pick<HostVolumes, 'directoriesOf'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface VolumeFigures {
  readonly stats: VolumeStats;
  readonly inMemory: boolean;
}

interface Measured {
  readonly at: number;
  readonly figures: readonly VolumeFigures[];
}

/** The magic number of a file system in memory, `TMPFS_MAGIC` in the kernel's headers. */
const memoryFileSystem = 0x01021994;

/**
 * What the volumes of pods take. Nobody who asks is kept waiting: what comes are the last figures, and when they are old new ones
 * are made meanwhile, of one volume at a time.
 */
export class VolumeMeter {
  readonly #options: VolumeMeterOptions;
  readonly #life = new AbortController();
  readonly #measured = new Map<string, Measured>();
  readonly #due = new Set<string>();
  #working: Promise<void> | undefined;

  constructor(options: VolumeMeterOptions) {
    this.#options = options;
  }

  /** The last figures of these pods, by UID; others are forgotten. */
  figuresOf(uids: readonly string[]): ReadonlyMap<string, readonly VolumeFigures[]> {
    const asked = new Set(uids);
    for (const uid of this.#measured.keys()) if (!asked.has(uid)) this.#measured.delete(uid);
    for (const uid of this.#due) if (!asked.has(uid)) this.#due.delete(uid);
    const oldest = this.#options.clock.monotonic() - freshMilliseconds;
    for (const uid of uids) if ((this.#measured.get(uid)?.at ?? -Infinity) <= oldest) this.#due.add(uid);
    if (this.#due.size > 0 && !this.#life.signal.aborted) this.#working ??= this.#work();
    return new Map([...this.#measured].map(([uid, { figures }]) => [uid, figures]));
  }

  async close(): Promise<void> {
    this.#life.abort(new Error('volumes are no longer measured'));
    await this.#working;
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options;
    for (const uid of this.#due) {
      try {
        const figures = await this.#measure(uid);
        if (this.#due.has(uid)) this.#measured.set(uid, { at: clock.monotonic(), figures });
      } catch (error) {
        if (this.#life.signal.aborted) break;
        log.warn('The volumes of a pod could not be measured', { uid, error });
      }
      this.#due.delete(uid);
    }
    this.#working = undefined;
  }

  async #measure(uid: string): Promise<VolumeFigures[]> {
    const { volumes, clock } = this.#options;
    const found: VolumeFigures[] = [];
    for (const { name, path } of await volumes.directoriesOf(uid)) {
      const [usage, whole] = await Promise.all([
        directoryUsage(path, { mostEntries, signal: this.#life.signal }),
        fileSystemStats(path, clock),
      ]);
      if (usage === undefined || whole === undefined) continue;
      const inMemory = (await statfs(path)).type === memoryFileSystem;
      found.push({ stats: { name, ...whole, ...usage }, inMemory });
    }
    return found;
  }
}
