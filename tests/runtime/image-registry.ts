import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { LocalImage } from './containerd/local-images.ts';

export interface ImageRegistry {
  /** `host:port`. */
  readonly address: string;
  close(): Promise<void>;
}

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly content: Uint8Array;
}

export interface ImageRegistryOptions {
  readonly host: string;
  /** A free one where none is given. */
  readonly port?: number;
  /** Who gets anything. Everybody where nobody is named. */
  readonly user?: { readonly username: string; readonly password: string };
}

/** Serves images by the part of the OCI distribution specification that a pull takes. */
export async function startImageRegistry(
  images: readonly LocalImage[],
  { host, port = 0, user }: ImageRegistryOptions,
): Promise<ImageRegistry> {
  const expected = user && `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`;
  const answers = new Map<string, Blob>();
  for (const { reference, config, layer } of images) {
    const [name = '', tag = ''] = reference.replace(/^[^/]*\//u, '').split(':');
    const parts = [
      blob('application/vnd.oci.image.config.v1+json', config),
      blob('application/vnd.oci.image.layer.v1.tar', layer),
    ] as const;
    const descriptors = parts.map(({ mediaType, digest, content }) => ({ mediaType, digest, size: content.length }));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = { schemaVersion: 2, mediaType, config: descriptors[0], layers: descriptors.slice(1) };
    const top = blob(mediaType, Buffer.from(JSON.stringify(manifest)));
    for (const part of parts) answers.set(`/v2/${name}/blobs/${part.digest}`, part);
    for (const which of [tag, top.digest]) answers.set(`/v2/${name}/manifests/${which}`, top);
  }
  const server = createServer(({ url = '', method, headers }, response) => {
    if (expected !== undefined && headers.authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="tests"' }).end();
      return;
    }
    const answer = answers.get(url);
    if (url !== '/v2/' && answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (answer !== undefined) {
      response.setHeader('Content-Type', answer.mediaType);
      response.setHeader('Content-Length', answer.content.length);
      response.setHeader('Docker-Content-Digest', answer.digest);
    }
    response.end(method === 'HEAD' ? undefined : answer?.content);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the registry has no port');
  return {
    address: `${host}:${bound.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function blob(mediaType: string, content: Uint8Array): Blob {
  return { mediaType, digest: `sha256:${createHash('sha256').update(content).digest('hex')}`, content };
}
