import { chmod, lstat, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { podRefOfStamp } from '@vk/node/provider';
import type { OwnershipStamp, PodRef } from '@vk/node/provider';
import type { PodData } from '@vk/node/pod-engine';
import type { HostPaths } from './host-paths.ts';
import { isMissing } from './is-missing.ts';

const stampFile = 'owner.json';

/** The files that the provider keeps for its pods: the stamp says whose a directory is before anything else is put there. */
export class PodFiles {
  readonly #paths: HostPaths;

  constructor(paths: HostPaths) {
    this.#paths = paths;
  }

  /** Makes the pod's directories, stamp first. */
  async make(stamp: OwnershipStamp): Promise<void> {
    const directory = this.#paths.podDirectory(stamp.uid);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(directory, stampFile), JSON.stringify(stamp), { mode: 0o600 });
    await mkdir(this.#paths.logDirectory(stamp), { recursive: true, mode: 0o755 });
  }

  /** The hosts file of a pod: each container gets the same one. In the host's network it is the host's own, with `hosts` added. */
  async writeHosts(uid: string, hosts: string, inHostNetwork: boolean): Promise<string> {
    const path = join(this.#paths.podDirectory(uid), 'hosts');
    const content = inHostNetwork ? `${await readFile('/etc/hosts', 'utf8')}${hosts}` : hosts;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // In place: containers that run have this file mounted, not this name.
    if ((await textOf(path)) !== content) await writeFile(path, content, { mode: 0o644 });
    await chmod(path, 0o644);
    return path;
  }

  /** An empty file that any user of the container can write to. */
  async makeTerminationMessage(uid: string, container: string, attempt: number): Promise<string> {
    const path = this.#paths.terminationMessage(uid, container, attempt);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW, 0o666);
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

  /** The pods that have left something here, whichever process put it there. */
  async list(): Promise<PodData[]> {
    const found: PodData[] = [];
    for (const uid of await names(this.#paths.pods)) {
      const stamp = await this.#stamp(uid);
      if (stamp !== undefined) found.push({ ref: podRefOfStamp(stamp), ownership: stamp });
    }
    return found;
  }

  /** Removes the logs, and the pod's directory with its stamp last. */
  async remove(ref: PodRef): Promise<void> {
    await rm(this.#paths.logDirectory(ref), { recursive: true, force: true });
    await rm(this.#paths.podDirectory(ref.uid), { recursive: true, force: true });
  }

  async #stamp(uid: string): Promise<OwnershipStamp | undefined> {
    const text = await textOf(join(this.#paths.podDirectory(uid), stampFile));
    if (text === undefined || text === '') return undefined;
    const { clusterId, nodeName, namespace, name } = JSON.parse(text) as OwnershipStamp;
    return { clusterId, nodeName, namespace, name, uid };
  }
}

async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    if (!(await lstat(path)).isFile()) return undefined;
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
