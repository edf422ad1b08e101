import { dirname } from 'node:path';
import type { PlainVariable } from '../../provider/environment.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { PreparedVolume, VolumeFile } from '../../provider/prepared-volume.ts';
import type { Volume } from '../../provider/wire.ts';
import { containerMounts } from './container-mounts.ts';
import { FailedMountError } from './failed-mount-error.ts';
import type { HostMount } from './host-mount.ts';
import type { HostVolumesServices } from './host-volumes-services.ts';
import type { VolumeSurroundings } from './host-volumes.ts';
import type { PodDirectories } from './pod-directories.ts';
import { mountsBelow } from './mount-table.ts';
import { removeSubPaths } from './remove-sub-paths.ts';
import { removeTree } from './remove-tree.ts';
import { setUpPlainVolume, writeContents, type VolumeWork } from './set-up-volume.ts';
import { hostVolumeKind } from './volume-kind.ts';

/** How long after the files of a volume could not be written they are written again. */
const retryMilliseconds = 5_000;

/** The volumes of one pod. Its work is done one after the other. */
export class PodHostVolumes {
  readonly #services: HostVolumesServices;
  readonly #directories: PodDirectories;
  #surroundings: VolumeSurroundings = {};
  #following: AbortController | undefined;
  #tail: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(services: HostVolumesServices, directories: PodDirectories) {
    this.#services = services;
    this.#directories = directories;
  }

  setUp(prepared: PreparedPod, surroundings: VolumeSurroundings, signal: AbortSignal): Promise<void> {
    return this.#next(async () => {
      signal.throwIfAborted();
      this.#surroundings = surroundings;
      const { files } = this.#services;
      await files.mkdir(this.#directories.own, { recursive: true, mode: 0o755 });
      const following = new AbortController();
      try {
        for (const volume of prepared.pod.spec?.volumes ?? []) {
          await this.#setUpVolume(prepared, volume, following.signal, signal);
        }
      } catch (error) {
        // What was followed until now still is: a running pod never loses its updates because of a failed change.
        following.abort();
        throw error;
      }
      this.stopFollowing();
      this.#following = following;
    });
  }

  mountsOf(
    prepared: PreparedPod,
    containerName: string,
    environment: readonly PlainVariable[],
    signal: AbortSignal,
  ): Promise<HostMount[]> {
    return this.#next(() => containerMounts(this.#work(prepared), containerName, environment, signal));
  }

  remove(signal: AbortSignal): Promise<void> {
    this.stopFollowing();
    return this.#next(async () => {
      // A set-up that was under way when the removal was asked for.
      this.stopFollowing();
      const { files, mounter } = this.#services;
      for (const directory of [this.#directories.memory, this.#directories.pod]) {
        signal.throwIfAborted();
        // Also without a mounter: a process before this one may have made mounts.
        const look = (): Promise<readonly string[]> => mounter?.mountsBelow(directory) ?? mountsBelow(files, directory);
        let mounted = await look();
        if (mounted.length > 0 && mounter !== undefined) {
          await mounter.unmount(directory, signal);
          mounted = await look();
        }
        if (mounted[0] !== undefined) throw new Error(`something is mounted at ${mounted[0]}`);
        if (directory === this.#directories.pod) await removeSubPaths(files, this.#directories.subPaths);
        await removeTree(files, directory);
      }
    });
  }

  /** The files stay as they are from now on. */
  stopFollowing(): void {
    this.#following?.abort();
    this.#following = undefined;
  }

  /** True when no work is under way or waits. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Resolves when no work is under way. */
  idle(): Promise<void> {
    return this.#next(() => Promise.resolve());
  }

  async #setUpVolume(
    prepared: PreparedPod,
    volume: Volume,
    following: AbortSignal,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const kind = hostVolumeKind(volume);
    const contents = prepared.volumes.find(({ name }) => name === volume.name);
    // Without contents it is one that the provider's policy omits.
    if (kind.kind === 'contents' && contents === undefined) return;
    try {
      if (kind.kind === 'contents' || kind.kind === 'emptyDir') {
        if (kind.kind === 'contents' && kind.where === 'memory') await this.#services.ensureMemory();
        const where = kind.kind === 'contents' ? kind.where : 'disk';
        const parent = dirname(this.#directories.volume(volume.name, where));
        await this.#services.files.mkdir(parent, { recursive: true, mode: 0o750 });
      }
      const work = this.#work(prepared);
      if (contents === undefined) await setUpPlainVolume(work, volume, signal);
      else await this.#setUpContents(work, volume, contents, following);
    } catch (error) {
      signal.throwIfAborted();
      throw new FailedMountError(volume.name, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async #setUpContents(
    work: VolumeWork,
    volume: Volume,
    contents: PreparedVolume,
    following: AbortSignal,
  ): Promise<void> {
    let latest: readonly VolumeFile[] = [];
    const follow = (files: readonly VolumeFile[]): void => {
      latest = files;
      void this.#next(async () => {
        // Those that came meanwhile are written once.
        if (!following.aborted && latest === files) await this.#writeOrRetry(work, volume, () => latest, following);
      });
    };
    // Subscribed before it is read: no change in between is lost.
    contents.subscribe(follow, following);
    latest = contents.files();
    await writeContents(work, volume, latest);
  }

  async #writeOrRetry(
    work: VolumeWork,
    volume: Volume,
    latest: () => readonly VolumeFile[],
    following: AbortSignal,
  ): Promise<void> {
    const { clock, log } = this.#services;
    try {
      await writeContents(work, volume, latest());
    } catch (error) {
      log.error('The files of a volume could not be brought up to date', { volume: volume.name, error });
      const again = (): void => {
        following.removeEventListener('abort', cancel);
        void this.#next(async () => {
          if (!following.aborted) await this.#writeOrRetry(work, volume, latest, following);
        });
      };
      const timer = clock.setTimer(again, retryMilliseconds);
      const cancel = (): void => timer.cancel();
      following.addEventListener('abort', cancel, { once: true });
    }
  }

  #work(prepared: PreparedPod): VolumeWork {
    return {
      services: this.#services,
      directories: this.#directories,
      prepared,
      surroundings: this.#surroundings,
    };
  }

  /** Does the task after those before it, whether they failed or not. */
  #next<T>(task: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    const result = this.#tail.then(task).finally(() => {
      this.#pending -= 1;
    });
    this.#tail = result.then(ignoreOutcome, ignoreOutcome);
    return result;
  }
}

/** Whoever asked for the task has its outcome; the next one only waits for its end. */
function ignoreOutcome(): void {
  // Nothing to do.
}
