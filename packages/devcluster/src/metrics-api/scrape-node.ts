import { type KubeletCredentials, kubeletTls } from '../kubelet-client/kubelet-credentials.ts';
import { hostAndPort, locateKubelet } from '../kubelet-client/kubelet-location.ts';
import { sendToNode } from '../kubelet-client/send-to-node.ts';
import type { Registry } from '../registry/registry.ts';
import { type NodeSample, readNodeSample } from './node-sample.ts';

/** As long as metrics-server waits for a node. */
const scrapeMilliseconds = 10_000;

/** What is taken of one answer: some ten thousand containers. */
const largestAnswer = 16 * 1024 * 1024;

export interface ScrapeOptions {
  registry: Registry;
  kubeletCredentials: () => Promise<KubeletCredentials>;
  signal: AbortSignal;
}

/**
 * Asks a node for `/metrics/resource`. Undefined when the node has nothing to say: it cannot be reached, or does not
 * serve that. metrics-server goes on without such a node too.
 */
export async function scrapeNode(options: ScrapeOptions, name: string): Promise<NodeSample | undefined> {
  const { registry } = options;
  const late = new AbortController();
  const timer = registry.clock.setTimeout(() => late.abort(new Error('the node took too long')), scrapeMilliseconds);
  try {
    const location = locateKubelet(registry, name, 'nodes');
    const { response } = await sendToNode({
      host: location.host,
      port: location.port,
      tls: kubeletTls(await options.kubeletCredentials()),
      method: 'GET',
      path: '/metrics/resource',
      headers: ['Host', hostAndPort(location), 'User-Agent', 'metrics-server', 'Accept', 'text/plain'],
      signal: AbortSignal.any([options.signal, late.signal]),
      clock: registry.clock,
    });
    if (response.statusCode !== 200) {
      response.destroy();
      return undefined;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > largestAnswer) return undefined;
    }
    return readNodeSample(Buffer.concat(chunks).toString('utf8'), registry.clock.now());
  } catch {
    // Whatever is wrong with the node: the others have something to say, and it is shown by its absence.
    return undefined;
  } finally {
    timer.cancel();
  }
}
