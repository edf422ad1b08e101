import { readlink } from 'node:fs/promises';
import type { Mounter } from '../mounter.ts';

/** A mounter that makes no mounts and knows what would be mounted: for tests, which are not root. */
export class RecordingMounter implements Mounter {
  /** By target: what is shown there, with the name that it had when it was bound. */
  readonly mounted: Map<string, string> = new Map();

  async mountMemory(target: string, options: readonly string[]): Promise<void> {
    this.mounted.set(target, `tmpfs ${options.join(',')}`);
    await Promise.resolve();
  }

  async bind(source: string, target: string): Promise<void> {
    this.mounted.set(target, await readlink(source));
  }

  async unmount(target: string): Promise<void> {
    for (const mounted of await this.mountsBelow(target)) this.mounted.delete(mounted);
  }

  mountsBelow(path: string): Promise<readonly string[]> {
    const below = [...this.mounted.keys()].filter((target) => target === path || target.startsWith(`${path}/`));
    return Promise.resolve(below.reverse());
  }
}
