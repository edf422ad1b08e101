import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { unlessGone } from '../client/unless-gone.ts';
import { ContainerStatusRequest, ListContainersRequest, StatusRequest } from '../generated/api.ts';

/** How many containers are asked for their mounts at a time. */
const together = 16;

/** Which images the runtime has a use for, whoever's they are. */
export class UsedImages {
  readonly #client: CriClient;
  /** The images that a container has mounted, by its id: they never change. */
  readonly #mounted = new Map<string, readonly string[]>();

  constructor(client: CriClient) {
    this.#client = client;
  }

  /** By id or by reference: those of containers, those that containers have mounted as volumes, and that of sandboxes. */
  async look(limits: CallLimits): Promise<ReadonlySet<string>> {
    const request = ListContainersRequest.fromPartial({});
    const { containers } = await this.#client.runtime.call(runtimeService.listContainers, request, limits);
    const used = containers.flatMap(({ image, imageRef, imageId }) => [image?.image ?? '', imageRef, imageId]);
    for (let start = 0; start < containers.length; start += together) {
      const batch = containers.slice(start, start + together);
      used.push(...(await Promise.all(batch.map(({ id }) => this.#mountsOf(id, limits)))).flat());
    }
    const ids = new Set(containers.map(({ id }) => id));
    for (const id of this.#mounted.keys()) if (!ids.has(id)) this.#mounted.delete(id);
    const status = await this.#client.runtime.call(
      runtimeService.status,
      StatusRequest.fromPartial({ verbose: true }),
      limits,
    );
    return new Set([...used, ...sandboxImage(status.info['config'])]);
  }

  async #mountsOf(containerId: string, limits: CallLimits): Promise<readonly string[]> {
    const known = this.#mounted.get(containerId);
    if (known !== undefined) return known;
    const request = ContainerStatusRequest.fromPartial({ containerId });
    const answer = await unlessGone(this.#client.runtime.call(runtimeService.containerStatus, request, limits));
    // It has gone since it was listed.
    if (answer === undefined) return [];
    const images = (answer.status?.mounts ?? []).flatMap(({ image }) => (image === undefined ? [] : [image.image]));
    this.#mounted.set(containerId, images);
    return images;
  }
}

/** Runtimes that do not pin the image of sandboxes show it in their configuration, as JSON. */
function sandboxImage(config: string = '{}'): string[] {
  const { sandboxImage: image } = parsed(config);
  return typeof image === 'string' ? [image] : [];
}

/** What a runtime shows of itself is for people first: nothing says that it is JSON. */
function parsed(config: string): { readonly sandboxImage?: unknown } {
  try {
    const value: unknown = JSON.parse(config);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
