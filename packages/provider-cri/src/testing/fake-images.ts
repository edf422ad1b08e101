import { ImageServiceDefinition } from '../generated/api.ts';
import { imageAnswer, type FakeImage, type ImageAnswer } from './fake-objects.ts';
import { GrpcFailure, type GrpcServer } from './grpc-server.ts';

const notFound = 5;
const unknown = 2;

/** The images of a fake runtime, and what was asked of its registry. */
export interface FakeImages {
  /** Those that are there, by reference. */
  readonly images: Map<string, FakeImage>;
  /** With which user's credentials images were asked for. Those from `private.example` are for the user `right` only. */
  readonly pulls: { readonly image: string; readonly username: string }[];
}

/** Answers the calls for images. Any can be pulled, apart from those whose reference begins with `missing`. */
export function serveImages(server: GrpcServer, { images, pulls }: FakeImages): void {
  const find = (reference: string): ImageAnswer | undefined => {
    const found = [...images].find(([name, { id }]) => name === reference || id === reference);
    return found === undefined ? undefined : imageAnswer(...found);
  };
  server.serve(ImageServiceDefinition, {
    imageStatus: async ({ image }) => {
      const found = find(image?.image ?? '');
      return { ...(found !== undefined && { image: found }), info: {} };
    },
    pullImage: async ({ image, auth }) => {
      const reference = image?.image ?? '';
      // As in containerd: credentials for another address count for nothing, and what is no URL is an error.
      const isForHost = !auth?.serverAddress || new URL(auth.serverAddress).host === reference.split('/')[0];
      const username = isForHost ? (auth?.username ?? '') : '';
      pulls.push({ image: reference, username });
      if (reference.startsWith('private.example/') && username !== 'right')
        throw new GrpcFailure(unknown, `authorization failed for "${username}"`);
      if (reference.startsWith('missing'))
        throw new GrpcFailure(notFound, `${reference} was not found in the registry`);
      const id = `sha256:${Buffer.from(reference).toString('hex')}`;
      images.set(reference, { id, username: '' });
      return { imageRef: id };
    },
    listImages: async () => ({ images: [...images.keys()].flatMap((reference) => find(reference) ?? []) }),
    removeImage: async ({ image }) => {
      for (const [reference, { id }] of images) if (id === image?.image) images.delete(reference);
      return {};
    },
    imageFsInfo: async () => ({
      imageFilesystems: [{ timestamp: 0n, fsId: { mountpoint: '/' } }],
      containerFilesystems: [],
    }),
  });
}
