import type { ImageCredentials, Logger } from '@vk/node/provider';
import type { ImageStatus, PulledImage } from '@vk/node/pod-engine';
import { imageService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { ImageStatusRequest, ListImagesRequest, PullImageRequest, RemoveImageRequest } from '../generated/api.ts';
import type { Image } from '../generated/api.ts';
import type { ImageUser } from '../mapping/container-security.ts';
import { HostCredentials } from './host-credentials.ts';

export interface CriImagesOptions {
  readonly client: CriClient;
  readonly log: Logger;
  /** Where the host's own credentials for registries are. */
  readonly dockerConfigFile?: string | undefined;
}

/** The images of the runtime. */
export class CriImages {
  readonly #client: CriClient;
  readonly #hostCredentials: HostCredentials;

  constructor({ client, log, dockerConfigFile }: CriImagesOptions) {
    this.#client = client;
    this.#hostCredentials = new HostCredentials(dockerConfigFile, log);
  }

  async status(image: string, limits: CallLimits): Promise<ImageStatus | undefined> {
    const found = await this.#find(image, limits);
    return found === undefined ? undefined : { imageRef: found.id, sizeBytes: Number(found.size) };
  }

  /** As whom the image runs. Root where it says nothing, and where it is not known: what must not be root is refused then. */
  async user(image: string, limits: CallLimits): Promise<ImageUser> {
    const found = await this.#find(image, limits);
    if (found?.uid !== undefined) return { uid: found.uid.value, username: '' };
    return found === undefined || found.username === '' ? { uid: 0n, username: '' } : { username: found.username };
  }

  /** Tries the pod's credentials, then the host's, then none. Throws what the first try was answered: it says most. */
  async pull(image: string, credentials: readonly ImageCredentials[], limits: CallLimits): Promise<PulledImage> {
    const errors: unknown[] = [];
    for await (const auth of this.#credentialsFor(image, credentials)) {
      // With the host's own, or with none, every pod could have pulled it.
      const pulledWith = auth !== undefined && credentials.includes(auth) ? auth : 'none';
      const request = PullImageRequest.fromPartial({
        image: { image, userSpecifiedImage: image },
        ...(auth !== undefined && { auth: authOf(auth) }),
      });
      try {
        const { imageRef } = await this.#client.images.call(imageService.pullImage, request, limits);
        return { ...((await this.status(imageRef, limits)) ?? { imageRef }), pulledWith };
      } catch (error) {
        limits.signal.throwIfAborted();
        errors.push(error);
      }
    }
    throw errors[0];
  }

  /** Each only when those before it have failed. */
  async *#credentialsFor(
    image: string,
    ofPod: readonly ImageCredentials[],
  ): AsyncGenerator<ImageCredentials | undefined> {
    yield* ofPod;
    yield* await this.#hostCredentials.forImage(image);
    yield undefined;
  }

  async list(limits: CallLimits): Promise<readonly Image[]> {
    const request = ListImagesRequest.fromPartial({});
    return (await this.#client.images.call(imageService.listImages, request, limits)).images;
  }

  async remove(imageId: string, limits: CallLimits): Promise<void> {
    const request = RemoveImageRequest.fromPartial({ image: { image: imageId } });
    await this.#client.images.call(imageService.removeImage, request, limits);
  }

  async #find(image: string, limits: CallLimits): Promise<Image | undefined> {
    const request = ImageStatusRequest.fromPartial({ image: { image } });
    return (await this.#client.images.call(imageService.imageStatus, request, limits)).image;
  }
}

/**
 * Without the address of the registry: they were chosen for the image already. containerd takes it for a URL, and lets go of credentials
 * whose address is a name of a host; a kubelet sends none.
 */
function authOf({ username = '', password = '', identityToken = '' }: ImageCredentials): {
  username: string;
  password: string;
  identityToken: string;
} {
  return { username, password, identityToken };
}
