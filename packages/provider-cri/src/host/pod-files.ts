import { chmod, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { podRefOfStamp } from '@vk/node/provider';
import type { Logger, OwnershipStamp, PodRef } from '@vk/node/provider';
import type { PodData } from '@vk/node/pod-engine';
import { allEnded } from '../runtime/all-ended.ts';
import { entriesIn } from './entries-in.ts';
import type { HostPaths } from './host-paths.ts';
import { isMissing } from './is-missing.ts';
import { readFileIfThere } from './read-file-if-there.ts';
import { writeNewFile } from './write-new-file.ts';
import { readStamp, UnreadableStampError, writeStamp } from './owner-stamp.ts';

const unreadableStamp = 'Whose the files of a pod are cannot be told';

/** The files that the provider keeps for its pods: the stamp says whose a directory is before anything else is put there. */
export class PodFiles {
  readonly #paths: HostPaths;
  readonly #log: Logger;
  readonly #hostsOfHost: string;
  /** The pods whose directories this process has made, or is making. */
  readonly #made = new Set<string>();
  /** The paths that `makeAhead` has made and nobody has asked for yet, by the UIDs of their pods. */
  readonly #madeAhead = new Map<string, Set<string>>();
  /** The pods whose stamps could not be read when last looked at. */
  #unreadable: ReadonlySet<string> = new Set();

  constructor(paths: HostPaths, log: Logger, hostsOfHost: string = '/etc/hosts') {
    this.#paths = paths;
    this.#log = log;
    this.#hostsOfHost = hostsOfHost;
  }

  /** Makes the pod's own directory, with its stamp. Says whether a process before had made it. */
  async make(stamp: OwnershipStamp): Promise<'made' | 'found'> {
    const isNew = !this.#made.has(stamp.uid);
    this.#made.add(stamp.uid);
    const directory = this.#paths.podDirectory(stamp.uid);
    const firstMade = await mkdir(directory, { recursive: true, mode: 0o700 });
    const written = await writeStamp(directory, stamp, { isThere: firstMade === undefined });
    return isNew && !written ? 'found' : 'made';
  }

  /** Where the logs of a pod go. Its stamp comes first. */
  async makeLogs(ref: PodRef): Promise<void> {
    await mkdir(this.#paths.logDirectory(ref), { recursive: true, mode: 0o755 });
  }

  /** What the first runs of containers need, made before they ask for it. What was not is made when they do, which takes longer. */
  async makeAhead(ref: PodRef, containers: readonly string[]): Promise<void> {
    const paths = await allEnded(
      containers.flatMap((container) => [
        this.makeContainerLogs(ref, container),
        this.makeTerminationMessage(ref.uid, container, 0),
      ]),
    );
    this.#madeAhead.set(ref.uid, new Set(paths));
  }

  /** Where a container's logs go: containerd makes the directory itself, CRI-O wants to find it. */
  async makeContainerLogs(ref: PodRef, container: string): Promise<string> {
    const path = this.#paths.containerLogs(ref, container);
    if (!this.#wasMadeAhead(ref.uid, path)) await mkdir(path, { recursive: true, mode: 0o755 });
    return path;
  }

  /** The hosts file of a pod: each container gets the same one. In the host's network it is the host's own, with `hosts` added. */
  async writeHosts(uid: string, hosts: string, inHostNetwork: boolean): Promise<string> {
    const path = join(this.#paths.podDirectory(uid), 'hosts');
    const content = inHostNetwork ? `${withLineEnd(await readFile(this.#hostsOfHost, 'utf8'))}${hosts}` : hosts;
    if (await inDirectory(path, () => writeNewFile(path, content, 0o644))) return path;
    // In place: containers that run have this file mounted, not this name.
    if ((await readFileIfThere(path)) !== content) await writeFile(path, content);
    await chmod(path, 0o644);
    return path;
  }

  /** An empty file that any user of the container can write to. */
  async makeTerminationMessage(uid: string, container: string, attempt: number): Promise<string> {
    const path = this.#paths.terminationMessage(uid, container, attempt);
    if (this.#wasMadeAhead(uid, path)) return path;
    const flags = constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;
    const file = await inDirectory(path, () => open(path, flags, 0o666));
    try {
      await file.chmod(0o666);
    } finally {
      await file.close();
    }
    return path;
  }

  /** The end of a termination message. A container can put anything there, but not another file in its place. */
  async terminationMessage(
    uid: string,
    container: string,
    attempt: number,
    maximumBytes: number,
  ): Promise<string | undefined> {
    const path = this.#paths.terminationMessage(uid, container, attempt);
    try {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const { size } = await file.stat();
        const length = Math.min(size, maximumBytes);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
        return buffer.subarray(0, bytesRead).toString('utf8');
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async removeRun(uid: string, container: string, attempt: number): Promise<void> {
    await rm(this.#paths.terminationMessage(uid, container, attempt), { force: true });
  }

  /** What one pod has left here, as `list` has it, without a look at the others. */
  async find(uid: string): Promise<PodData[]> {
    try {
      return [await this.#dataOf(uid)];
    } catch (error) {
      // Of most pods that are asked for nothing is there, and of stamps that are damaged `list` tells.
      if (!(error instanceof UnreadableStampError)) this.#log.warn(unreadableStamp, { uid, error });
      return [];
    }
  }

  /**
   * The pods that have left something here, whichever process put it there. One whose stamp cannot be read is left out: its
   * sandboxes say whose it is, and where there are none it is `forgotten`.
   */
  async list(): Promise<PodData[]> {
    const found: PodData[] = [];
    const unreadable = new Set<string>();
    for (const { name: uid } of await entriesIn(this.#paths.pods)) {
      try {
        found.push(await this.#dataOf(uid));
      } catch (error) {
        unreadable.add(uid);
        if (!this.#unreadable.has(uid)) this.#log.warn(unreadableStamp, { uid, error });
      }
    }
    this.#unreadable = unreadable;
    return found;
  }

  async #dataOf(uid: string): Promise<PodData> {
    const stamp = await readStamp(this.#paths.podDirectory(uid), uid);
    return { ref: podRefOfStamp(stamp), ownership: stamp };
  }

  /** The UIDs of directories of which nobody can tell whose they are, those that this process has made apart. */
  async forgotten(): Promise<string[]> {
    await this.list();
    return [...this.#unreadable].filter((uid) => !this.#made.has(uid));
  }

  /** Removes the logs, and the pod's directory with its stamp last. */
  async remove(ref: PodRef): Promise<void> {
    await rm(this.#paths.logDirectory(ref), { recursive: true, force: true });
    await rm(this.#paths.podDirectory(ref.uid), { recursive: true, force: true });
    this.#made.delete(ref.uid);
    this.#madeAhead.delete(ref.uid);
  }

  /** True once: who asks again misses what was there. */
  #wasMadeAhead(uid: string, path: string): boolean {
    return this.#madeAhead.get(uid)?.delete(path) === true;
  }
}

/** Makes the directory of a file where it is missing, and only then: it has been made before, as a rule. */
async function inDirectory<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return work();
  }
}

/** A last line without an end would run into what is added. */
function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
