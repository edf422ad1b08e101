import { statfs } from 'node:fs/promises';
import type { ImagePulls } from '@vk/node/pod-engine';
import type { Clock, Logger } from '@vk/node/provider';
import { imageService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { ImageFsInfoRequest } from '../generated/api.ts';
import type { Image } from '../generated/api.ts';
import { isMissing } from '../host/is-missing.ts';
import type { CriImages } from './cri-images.ts';
import { UsedImages } from './used-images.ts';

export interface ImageCollectorOptions {
  readonly client: CriClient;
  readonly images: CriImages;
  /** Forgets images that are gone. */
  readonly pulls: Pick<ImagePulls, 'prune'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly highThresholdPercent: number;
  readonly lowThresholdPercent: number;
  readonly minimumAgeSeconds: number;
  /** How full a file system is. By default that of this host; replaced in tests. */
  readonly diskUse?: (mountpoint: string) => Promise<DiskUse | undefined>;
}

export interface DiskUse {
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

interface KnownImage {
  readonly firstSeen: number;
  lastUsed: number;
}

/**
 * Removes images when the disk is full: those that no container on the runtime uses or has mounted, whosever it is, the longest
 * unused ones first. Pinned images stay, and that of sandboxes.
 */
export class ImageCollector {
  readonly #options: ImageCollectorOptions;
  readonly #used: UsedImages;
  readonly #known = new Map<string, KnownImage>();

  constructor(options: ImageCollectorOptions) {
    this.#options = options;
    this.#used = new UsedImages(options.client);
  }

  /** One look. The ids of the images that were removed. */
  async collect(limits: CallLimits): Promise<readonly string[]> {
    const { images, clock, log, highThresholdPercent, lowThresholdPercent, minimumAgeSeconds } = this.#options;
    const now = clock.now();
    const listed = await images.list(limits);
    await this.#forgetGone(listed, now);
    const used = await this.#used.look(limits);
    this.#see(listed, used, now);
    const disk = await this.#disk(limits);
    if (disk === undefined) return [];
    const usedBytes = disk.capacityBytes - disk.availableBytes;
    if (usedBytes * 100 < highThresholdPercent * disk.capacityBytes) return [];
    let excess = usedBytes - (lowThresholdPercent * disk.capacityBytes) / 100;
    const removed: string[] = [];
    for (const image of this.#removable(listed, used, now - minimumAgeSeconds * 1000)) {
      if (excess <= 0) break;
      try {
        await images.remove(image.id, limits);
      } catch (error) {
        limits.signal.throwIfAborted();
        log.warn('An unused image could not be removed', { image: image.id, error });
        continue;
      }
      excess -= Number(image.size);
      removed.push(image.id);
    }
    if (excess > 0) log.warn('The disk is too full, and no more images can be removed', { excessBytes: excess });
    return removed;
  }

  async #forgetGone(listed: readonly Image[], since: number): Promise<void> {
    const { pulls, log } = this.#options;
    try {
      await pulls.prune(new Set(listed.map(({ id }) => id)), since);
    } catch (error) {
      log.warn('Records of image pulls could not be cleaned up', { error });
    }
  }

  #see(listed: readonly Image[], used: ReadonlySet<string>, now: number): void {
    const ids = new Set(listed.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    for (const image of listed) {
      const known = this.#known.get(image.id) ?? { firstSeen: now, lastUsed: 0 };
      if (isUsed(image, used)) known.lastUsed = now;
      this.#known.set(image.id, known);
    }
  }

  #removable(listed: readonly Image[], used: ReadonlySet<string>, seenBefore: number): Image[] {
    const known = (image: Image): KnownImage =>
      this.#known.get(image.id) ?? { firstSeen: Infinity, lastUsed: Infinity };
    return listed
      .filter((image) => !image.pinned && !isUsed(image, used) && known(image).firstSeen <= seenBefore)
      .sort((a, b) => known(a).lastUsed - known(b).lastUsed || known(a).firstSeen - known(b).firstSeen);
  }

  async #disk(limits: CallLimits): Promise<DiskUse | undefined> {
    const { client, diskUse = diskOf } = this.#options;
    const info = await client.images.call(imageService.imageFsInfo, ImageFsInfoRequest.fromPartial({}), limits);
    const mountpoint = info.imageFilesystems[0]?.fsId?.mountpoint;
    return mountpoint === undefined ? undefined : diskUse(mountpoint);
  }
}

function isUsed({ id, repoTags, repoDigests }: Image, used: ReadonlySet<string>): boolean {
  return [id, ...repoTags, ...repoDigests].some((name) => used.has(name));
}

async function diskOf(mountpoint: string): Promise<DiskUse | undefined> {
  try {
    const { bsize, blocks, bavail } = await statfs(mountpoint);
    return { capacityBytes: blocks * bsize, availableBytes: bavail * bsize };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
