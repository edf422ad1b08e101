import { ImageServiceDefinition, RuntimeServiceDefinition } from '../generated/api.ts';
import { GrpcChannel } from './grpc-channel.ts';

/** The calls of the CRI's two services, by name. */
export const runtimeService: typeof RuntimeServiceDefinition.methods = RuntimeServiceDefinition.methods;
export const imageService: typeof ImageServiceDefinition.methods = ImageServiceDefinition.methods;

export interface CriEndpoints {
  readonly endpoint: string;
  /** The same one by default. */
  readonly imageEndpoint?: string | undefined;
}

/** The two services of a runtime. */
export interface CriClient {
  readonly runtime: GrpcChannel;
  readonly images: GrpcChannel;
  close(): void;
}

export function createCriClient({ endpoint, imageEndpoint }: CriEndpoints): CriClient {
  const runtime = new GrpcChannel(endpoint, RuntimeServiceDefinition.fullName);
  const images = new GrpcChannel(imageEndpoint ?? endpoint, ImageServiceDefinition.fullName);
  return {
    runtime,
    images,
    close() {
      runtime.close();
      images.close();
    },
  };
}
