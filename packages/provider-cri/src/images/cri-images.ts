import type { ImageCredentials } from '@vk/node/provider';
import type { ImageStatus } from '@vk/node/pod-engine';
import { imageService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { ImageStatusRequest, ListImagesRequest, PullImageRequest, RemoveImageRequest } from '../generated/api.ts';
import type { Image } from '../generated/api.ts';
import type { ImageUser } from '../mapping/container-security.ts';
import { dockerConfigCredentials } from './docker-config.ts';
import { PullSlots } from './pull-slots.ts';

export interface CriImagesOptions {
  readonly client: CriClient;
  readonly parallelPulls: number;
  /** Where the host's own credentials for registries are. */
  readonly dockerConfigFile?: string | undefined;
}

/** The images of the runtime. */
export class CriImages {
  readonly #options: CriImagesOptions;
  readonly #slots: PullSlots;

  constructor(options: CriImagesOptions) {
    this.#options = options;
    this.#slots = new PullSlots(options.parallelPulls);
  }

  async status(image: string, limits: CallLimits): Promise<ImageStatus | undefined> {
    const found = await this.#find(image, limits);
    return found === undefined ? undefined : { imageRef: found.id, sizeBytes: Number(found.size) };
  }

  /** As whom the image runs. Root where it says nothing. */
  async user(image: string, limits: CallLimits): Promise<ImageUser> {
    const found = await this.#find(image, limits);
    if (found === undefined) return { username: '' };
    if (found.uid !== undefined) return { uid: found.uid.value, username: '' };
    return found.username === '' ? { uid: 0n, username: '' } : { username: found.username };
  }

  /** Tries the pod's credentials, then the host's, then none. Throws what the last try was answered. */
  async pull(image: string, credentials: readonly ImageCredentials[], limits: CallLimits): Promise<ImageStatus> {
    const { client, dockerConfigFile } = this.#options;
    const fromHost = dockerConfigFile === undefined ? [] : await dockerConfigCredentials(dockerConfigFile, image);
    const errors: unknown[] = [];
    for (const auth of [...credentials, ...fromHost, undefined]) {
      const request = PullImageRequest.fromPartial({
        image: { image, userSpecifiedImage: image },
        ...(auth !== undefined && { auth: authOf(auth) }),
      });
      try {
        const { imageRef } = await this.#slots.run(
          () => client.images.call(imageService.pullImage, request, limits),
          limits.signal,
        );
        return (await this.status(imageRef, limits)) ?? { imageRef };
      } catch (error) {
        limits.signal.throwIfAborted();
        errors.push(error);
      }
    }
    // With credentials the first answer says more than that of the try without any.
    throw errors[0];
  }

  async list(limits: CallLimits): Promise<readonly Image[]> {
    const request = ListImagesRequest.fromPartial({});
    return (await this.#options.client.images.call(imageService.listImages, request, limits)).images;
  }

  async remove(imageId: string, limits: CallLimits): Promise<void> {
    const request = RemoveImageRequest.fromPartial({ image: { image: imageId } });
    await this.#options.client.images.call(imageService.removeImage, request, limits);
  }

  async #find(image: string, limits: CallLimits): Promise<Image | undefined> {
    const request = ImageStatusRequest.fromPartial({ image: { image } });
    return (await this.#options.client.images.call(imageService.imageStatus, request, limits)).image;
  }
}

function authOf({ registry, username, password, identityToken }: ImageCredentials): {
  serverAddress: string;
  username: string;
  password: string;
  identityToken: string;
} {
  return {
    serverAddress: registry,
    username: username ?? '',
    password: password ?? '',
    identityToken: identityToken ?? '',
  };
}
