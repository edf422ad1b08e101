import type { Logger } from '@vk/node/provider';
import { imageService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { ImageFsInfoRequest } from '../generated/api.ts';
import type { Image } from '../generated/api.ts';
import type { CriImages } from './cri-images.ts';

/** What a runtime keeps on disks. */
export interface StoredThings {
  readonly images: readonly Image[];
  /** Of the file systems that images are on, and what containers write. */
  readonly mountpoints: readonly string[];
}

/** What the runtime keeps on disks, as it last said: a node tells of it, and of how full they are, also while the runtime is away. */
export class RuntimeStorage {
  readonly #options: { readonly client: CriClient; readonly images: Pick<CriImages, 'list'>; readonly log: Logger };
  #last: StoredThings = { images: [], mountpoints: [] };

  constructor(options: { readonly client: CriClient; readonly images: Pick<CriImages, 'list'>; readonly log: Logger }) {
    this.#options = options;
  }

  get last(): StoredThings {
    return this.#last;
  }

  /** One look. What keeps the runtime from answering is only logged. */
  async look(limits: CallLimits): Promise<StoredThings> {
    const { images, log } = this.#options;
    try {
      const [listed, mountpoints] = await Promise.all([images.list(limits), this.#mountpoints(limits)]);
      this.#last = { images: listed, mountpoints };
    } catch (error) {
      log.warn('The runtime does not say what images it has: the node tells of those that it had', { error });
    }
    return this.#last;
  }

  async #mountpoints(limits: CallLimits): Promise<readonly string[]> {
    const request = ImageFsInfoRequest.fromPartial({});
    const info = await this.#options.client.images.call(imageService.imageFsInfo, request, limits);
    const all = [...info.imageFilesystems, ...info.containerFilesystems].map(({ fsId }) => fsId?.mountpoint ?? '');
    return [...new Set(all)].filter((mountpoint) => mountpoint !== '');
  }
}
