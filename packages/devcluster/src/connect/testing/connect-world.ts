import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createDevCluster, type DevCluster, type DevClusterOptions } from '../../cluster/dev-cluster.ts';
import { create } from '../../control-loop/testing/test-registry.ts';
import { type FakeKubelet, type FakeKubeletOptions, startFakeKubelet } from './fake-kubelet.ts';

export interface ConnectWorldOptions extends FakeKubeletOptions {
  /** `declaredFeatures` of the node. */
  declaredFeatures?: readonly string[];
  cluster?: DevClusterOptions;
}

export interface WholeAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A cluster on a port, with one node, `node`, that is a fake kubelet, and a running pod on it, `pod`. */
export interface ConnectWorld {
  cluster: DevCluster;
  kubelet: FakeKubelet;
  /** Adds a pod to the namespace `default`. */
  addPod: (name: string, containers: readonly string[], nodeName?: string) => void;
  /** Adds a node at a place of its own. */
  addNode: (name: string, status: object) => void;
  /** Opens a request of the administrator, and resolves with the head of the answer. */
  open: (path: string, asked?: Asked) => Promise<IncomingMessage>;
  ask: (path: string, asked?: Asked) => Promise<WholeAnswer>;
  stop: () => Promise<void>;
}

export async function startConnectWorld(options: ConnectWorldOptions = {}): Promise<ConnectWorld> {
  const kubelet = await startFakeKubelet(options);
  const cluster = await createDevCluster({ scheduler: false, nodeLifecycle: false, ...options.cluster });
  const { registry } = cluster;
  const addNode: ConnectWorld['addNode'] = (name, status) => {
    create(registry, 'nodes', { metadata: { name }, status });
  };
  const addPod: ConnectWorld['addPod'] = (name, containers, nodeName) => {
    create(registry, 'pods', {
      metadata: { name, namespace: 'default' },
      spec: {
        ...(nodeName !== undefined && { nodeName }),
        containers: containers.map((container) => ({ name: container, image: 'app' })),
      },
    });
  };
  addNode('node', {
    addresses: [
      { type: 'Hostname', address: 'nowhere.invalid' },
      { type: 'InternalIP', address: '127.0.0.1' },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    ...(options.declaredFeatures !== undefined && { declaredFeatures: options.declaredFeatures }),
  });
  addPod('pod', ['app'], 'node');
  const open: ConnectWorld['open'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const request = httpsRequest(new URL(path, cluster.url), {
        method,
        ca: cluster.caCertificate,
        agent: false,
        headers: {
          authorization: `Bearer ${cluster.token}`,
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.end(body);
    });
  const running = await open('/api/v1/namespaces/default/pods/pod/status', {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ status: { phase: 'Running' } }),
  });
  running.resume();
  return {
    cluster,
    kubelet,
    addNode,
    addPod,
    open,
    ask: async (path, given) => {
      const answer = await open(path, given);
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      return {
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        text: Buffer.concat(chunks).toString(),
      };
    },
    stop: async () => {
      await cluster.close();
      await kubelet.stop();
    },
  };
}
