import { ImageServiceDefinition, RuntimeServiceDefinition } from '../generated/api.ts';
import { GrpcChannel } from './grpc-channel.ts';
import { RuntimeConnection } from './runtime-connection.ts';

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
  const connection = new RuntimeConnection(endpoint);
  const imageConnection =
    imageEndpoint === undefined || imageEndpoint === endpoint ? connection : new RuntimeConnection(imageEndpoint);
  return {
    runtime: new GrpcChannel(connection, RuntimeServiceDefinition.fullName),
    images: new GrpcChannel(imageConnection, ImageServiceDefinition.fullName),
    close() {
      connection.close();
      imageConnection.close();
    },
  };
}
