import { resolveText } from '@vk/node/provider';
import type { DeferredValues, PreparedVolume, VolumeFile } from '@vk/node/provider';
import { directoryNode, fileNode } from '../file-system/nodes.ts';
import type { DirectoryNode, FileSystemNode, VolumeNode } from '../file-system/nodes.ts';
import { Storage } from '../file-system/storage.ts';

/** The volumes of one pod, shared by its containers. Those whose contents come from the API are read anew at each look. */
export class PodVolumes {
  readonly #prepared: () => readonly PreparedVolume[];
  readonly #values: () => DeferredValues;
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #directories = new Map<string, DirectoryNode>();

  constructor(options: {
    readonly prepared: () => readonly PreparedVolume[];
    /** What the backend has learned that files may hold. */
    readonly values: () => DeferredValues;
    readonly limitBytes: number;
    readonly now: () => number;
  }) {
    this.#prepared = options.prepared;
    this.#values = options.values;
    this.#storage = new Storage(options.limitBytes);
    this.#now = options.now;
  }

  /** The root of a volume: an empty directory for those that hold nothing from the API. */
  root(name: string): DirectoryNode | VolumeNode {
    const find = (): PreparedVolume | undefined => this.#prepared().find((volume) => volume.name === name);
    if (find() !== undefined) return this.#volumeNode(() => find()?.files() ?? [], '');
    const known = this.#directories.get(name) ?? directoryNode(this.#storage, this.#now(), 0o777);
    this.#directories.set(name, known);
    return known;
  }

  #volumeNode(files: () => readonly VolumeFile[], prefix: string): VolumeNode {
    const read = (): ReadonlyMap<string, FileSystemNode> => {
      const entries = new Map<string, FileSystemNode>();
      for (const { path, mode, content } of files()) {
        if (!path.startsWith(prefix)) continue;
        const [name = '', ...below] = path.slice(prefix.length).split('/');
        if (below.length > 0) entries.set(name, this.#volumeNode(files, `${prefix}${name}/`));
        else {
          const bytes = content instanceof Uint8Array ? content : Buffer.from(resolveText(content, this.#values()));
          entries.set(name, fileNode(this.#storage, bytes, this.#now(), mode));
        }
      }
      return entries;
    };
    return { kind: 'volume', mode: 0o755, modifiedAt: this.#now(), read };
  }
}
