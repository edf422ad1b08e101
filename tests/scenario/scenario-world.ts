import type { KubeObject } from '@vk/devcluster';
import {
  createKubeClient,
  createNodes,
  loadKubeConfig,
  systemClock,
  type KubeClient,
  type KubeRequest,
  type NodesOptions,
  type VirtualNodes,
} from '@vk/node';
import type { FieldError, Node, Pod } from '@vk/node/provider';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScenarioCluster, type ScenarioCluster } from '../cluster/scenario-cluster.ts';
import { ScriptedBackend } from './scripted-backend.ts';
import { scriptedProvider } from './scripted-provider.ts';

export interface ProcessOptions extends Partial<Omit<NodesOptions, 'client' | 'provider'>> {
  readonly refuse?: (pod: Pod) => readonly FieldError[];
  readonly namesObjectsOfOthers?: boolean;
}

/** A virtual kubelet that runs in this test. */
export interface NodeProcess {
  readonly nodes: VirtualNodes;
  /** Its writes of pods, such as `patch web/status`; events and its Node are not counted. */
  readonly podWrites: string[];
  stop(): Promise<void>;
}

const signal: AbortSignal = new AbortController().signal;
const podPath = /^\/api\/v1\/namespaces\/[^/]+\/pods\/(.+)$/;

/** A cluster, a backend, and the virtual kubelets between them. Everything is awaited by what changes, never by time. */
export class ScenarioWorld {
  readonly cluster: ScenarioCluster;
  readonly backend: ScriptedBackend = new ScriptedBackend();
  readonly #directory: string;
  readonly #notifies: boolean;
  readonly #client: KubeClient;
  readonly #processes = new Set<NodeProcess>();

  private constructor(cluster: ScenarioCluster, directory: string, notifies: boolean, client: KubeClient) {
    this.cluster = cluster;
    this.#directory = directory;
    this.#notifies = notifies;
    this.#client = client;
  }

  static async start(options: { readonly notifies: boolean }): Promise<ScenarioWorld> {
    const directory = await mkdtemp(join(tmpdir(), 'vk-scenario-'));
    const cluster = await startScenarioCluster();
    await cluster.writeKubeconfig(join(directory, 'kubeconfig'));
    const client = await connect(directory, () => undefined);
    return new ScenarioWorld(cluster, directory, options.notifies, client);
  }

  /** Starts a virtual kubelet for node `vk`, or for others, and waits until it is ready. */
  async startProcess(options: ProcessOptions = {}): Promise<NodeProcess> {
    const process = await this.startWithoutWaiting(options);
    try {
      await process.nodes.ready;
      await this.cluster.settled?.();
    } catch (error) {
      // What made the start fail is what run() throws, too.
      await process.stop().catch(() => undefined);
      throw error;
    }
    return process;
  }

  async startWithoutWaiting({ refuse, namesObjectsOfOthers, ...options }: ProcessOptions = {}): Promise<NodeProcess> {
    const podWrites: string[] = [];
    const client = await connect(this.#directory, ({ verb, path }) => {
      const pod = podPath.exec(path)?.[1];
      if (pod !== undefined && verb !== 'get' && verb !== 'list' && verb !== 'watch') podWrites.push(`${verb} ${pod}`);
    });
    const provider = scriptedProvider({
      backend: this.backend,
      notifies: this.#notifies,
      ...(refuse !== undefined && { refuse }),
      ...(namesObjectsOfOthers !== undefined && { namesObjectsOfOthers }),
    });
    const nodes = createNodes({ names: ['vk'], ...options, client, provider });
    const stop = new AbortController();
    const ended = nodes.run(stop.signal);
    const started: NodeProcess = {
      nodes,
      podWrites,
      stop: async () => {
        this.#processes.delete(started);
        stop.abort(new Error('the test stops the process'));
        try {
          await ended;
        } finally {
          await client.close();
          await this.cluster.settled?.();
        }
      },
    };
    this.#processes.add(started);
    return started;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => process.stop()));
    await this.#client.close();
    await this.cluster.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Resolves with what the question gives as soon as that is not undefined or false: asked anew at every change of anything. */
  until<T>(question: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const { store } = this.cluster.registry;
      const ask = (): void => {
        try {
          const answer = question();
          if (answer === undefined || answer === false) return;
          for (const end of ends) end();
          resolve(answer);
        } catch (error) {
          for (const end of ends) end();
          reject(error);
        }
      };
      const watched = ['pods', 'nodes', 'events', 'leases', 'configmaps', 'secrets'];
      const ends = [...watched.map((plural) => store.subscribe(plural, ask)), this.backend.subscribe(ask)];
      ask();
    });
  }

  pod(name: string): Pod | undefined {
    return this.cluster.registry.store.get('pods', `default/${name}`)?.object;
  }

  pods(): Pod[] {
    return this.cluster.registry.store.list('pods', 'default/').map(({ object }) => object as Pod);
  }

  node(name = 'vk'): Node | undefined {
    return this.cluster.registry.store.get('nodes', name)?.object;
  }

  /** The reasons and messages of the events on an object. */
  events(name: string): string[] {
    return this.cluster.registry.store.list('events').flatMap(({ object }) => {
      const event = object as KubeObject & {
        involvedObject?: { name?: string };
        regarding?: { name?: string };
        reason?: string;
        message?: string;
        note?: string;
      };
      const about = event.involvedObject ?? event.regarding;
      return about?.name === name ? [`${event.reason}: ${event.message ?? event.note}`] : [];
    });
  }

  /** Until the pod shows this phase. */
  phase(name: string, phase: string): Promise<Pod> {
    return this.until(() => {
      const pod = this.pod(name);
      return pod?.status?.phase === phase && pod;
    });
  }

  gone(name: string): Promise<true> {
    return this.until(() => this.pod(name) === undefined);
  }

  createPod(name: string, spec: Partial<NonNullable<Pod['spec']>> = {}, metadata: Pod['metadata'] = {}): Promise<Pod> {
    return this.request('create', 'POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name },
      spec: {
        nodeName: 'vk',
        automountServiceAccountToken: false,
        containers: [{ name: 'app', image: 'app:1' }],
        ...spec,
      },
    });
  }

  deletePod(name: string, gracePeriodSeconds?: number): Promise<unknown> {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    };
    return this.request('delete', 'DELETE', `/api/v1/namespaces/default/pods/${name}`, body);
  }

  /** Creates a ConfigMap or a Secret in the default namespace. */
  createObject(
    plural: 'configmaps' | 'secrets',
    name: string,
    data: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const body =
      plural === 'secrets'
        ? { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: data }
        : { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
    return this.request('create', 'POST', `/api/v1/namespaces/default/${plural}`, body);
  }

  request<T>(verb: KubeRequest['verb'], method: KubeRequest['method'], path: string, body?: object): Promise<T> {
    const contentType = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
    return this.#client.request<T>({ verb, method, path, body, contentType, signal });
  }

  /** A strategic merge patch, as somebody else would send it. */
  patch<T>(path: string, patch: object): Promise<T> {
    return this.request('patch', 'PATCH', path, patch);
  }
}

/** A client that tells of each request before it is sent: what the API shows because of it comes later. */
async function connect(
  directory: string,
  onRequest: (observed: { readonly verb: string; readonly path: string }) => void,
): Promise<KubeClient> {
  const cluster = await loadKubeConfig({ path: join(directory, 'kubeconfig'), environment: {} });
  return createKubeClient({
    cluster,
    clock: systemClock,
    userAgent: 'scenario',
    middleware: (exchange, send) => {
      onRequest(exchange);
      return send(exchange);
    },
  });
}
