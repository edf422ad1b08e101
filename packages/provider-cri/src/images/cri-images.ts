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
  /** By the id of an image, which stands for what is in it. */
  readonly #users = new Map<string, ImageUser>();

  constructor({ client, log, dockerConfigFile }: CriImagesOptions) {
    this.#client = client;
    this.#hostCredentials = new HostCredentials(dockerConfigFile, log);
  }

  async status(image: string, limits: CallLimits): Promise<ImageStatus | undefined> {
    const found = await this.#find(image, limits);
    return found === undefined ? undefined : { imageRef: found.id, sizeBytes: Number(found.size) };
  }

  /**
   * As whom the image runs. Root where it says nothing, and where it is not known: what must not be root is refused then. By its id
   * it is not asked for again.
   */
  async user(image: string, limits: CallLimits): Promise<ImageUser> {
    const known = this.#users.get(image);
    if (known !== undefined) return known;
    const found = await this.#find(image, limits);
    return found === undefined ? root : userOf(found);
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
    const { images } = await this.#client.images.call(imageService.listImages, request, limits);
    const ids = new Set(images.map(({ id }) => id));
    for (const id of this.#users.keys()) if (!ids.has(id)) this.#users.delete(id);
    return images;
  }

  async remove(imageId: string, limits: CallLimits): Promise<void> {
    const request = RemoveImageRequest.fromPartial({ image: { image: imageId } });
    await this.#client.images.call(imageService.removeImage, request, limits);
  }

  async #find(image: string, limits: CallLimits): Promise<Image | undefined> {
    const request = ImageStatusRequest.fromPartial({ image: { image } });
    const { image: found } = await this.#client.images.call(imageService.imageStatus, request, limits);
    if (found !== undefined) this.#users.set(found.id, userOf(found));
    return found;
  }
}

const root: ImageUser = { uid: 0n, username: '' };

function userOf({ uid, username }: Image): ImageUser {
  if (uid !== undefined) return { uid: uid.value, username: '' };
  return username === '' ? root : { username };
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
