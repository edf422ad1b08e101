import type { KubeRequest } from '../kube/client.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { Node, Pod } from '../provider/wire.ts';
import { applyStrategicPatch } from './apply-strategic-patch.ts';
import { FakeKubeClient, FakeStream } from './fake-kube-client.ts';
import { refused } from './fake-pod-api.ts';
import { endOfList } from './watch-scenario.ts';

interface OpenWatch {
  readonly path: string;
  readonly query: NonNullable<KubeRequest['query']>;
  readonly stream: FakeStream;
}

/** Objects by their paths, with lists, watches and patches: as much of an API server as the nodes of a process talk to. */
export class MemoryApi {
  readonly client: FakeKubeClient = new FakeKubeClient((request) => this.#answer(request));
  readonly objects: Map<string, KubeObject> = new Map();
  /** Every watch that was ever opened. */
  readonly watches: OpenWatch[] = [];
  /** Called before each request; what it throws is the answer. */
  before: (line: string) => void | Promise<void> = () => undefined;
  #revision = 0;

  constructor() {
    this.put('/api/v1/namespaces/kube-system', { metadata: { name: 'kube-system', uid: 'cluster' } });
  }

  /** `METHOD /path` of every request, in order. */
  get lines(): string[] {
    return this.client.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** The watches that somebody still reads. */
  get openWatches(): OpenWatch[] {
    return this.watches.filter(({ stream }) => !stream.isClosed);
  }

  node(name: string): Node | undefined {
    return this.objects.get(`/api/v1/nodes/${name}`);
  }

  pod(name: string): Pod | undefined {
    return this.objects.get(`/api/v1/namespaces/default/pods/${name}`);
  }

  /** Creates the object, or replaces it, and tells the watches. */
  put(path: string, object: KubeObject): KubeObject {
    const uid = object.metadata?.uid ?? this.objects.get(path)?.metadata?.uid ?? `uid-${this.#revision + 1}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(++this.#revision) } };
    const type = this.objects.has(path) ? 'MODIFIED' : 'ADDED';
    this.objects.set(path, stored);
    this.#tell(path, type, stored);
    return stored;
  }

  #tell(path: string, type: string, object: KubeObject): void {
    for (const watch of this.openWatches)
      if (isIn(watch.path, path) && isSelected(object, watch.query)) watch.stream.send(type, object);
  }

  async #answer(request: KubeRequest): Promise<unknown> {
    const { verb, method, path, query = {}, body } = request;
    await this.before(`${method} ${path}`);
    if (path.endsWith('/selfsubjectaccessreviews')) return { status: { allowed: true } };
    const target = path.replace(/\/status$/, '');
    switch (verb) {
      case 'watch':
        return this.#watch(path, query);
      case 'list': {
        const items = this.#listed(path, query);
        return { metadata: { resourceVersion: String(this.#revision) }, items };
      }
      case 'create': {
        const created = `${path}/${(body as KubeObject).metadata?.name}`;
        if (this.objects.has(created)) throw refused(409, 'AlreadyExists', 'exists');
        return this.put(created, body as KubeObject);
      }
      case 'get':
        return this.#existing(target);
      case 'patch':
        return this.put(target, applyStrategicPatch(this.#existing(target), body as object));
      case 'update':
        this.#existing(target);
        return this.put(target, body as KubeObject);
      case 'delete': {
        const last = this.#existing(target);
        this.objects.delete(target);
        this.#tell(target, 'DELETED', last);
        return last;
      }
    }
  }

  #watch(path: string, query: OpenWatch['query']): FakeStream {
    const stream = new FakeStream();
    this.watches.push({ path, query, stream });
    if (query.sendInitialEvents === true) {
      for (const object of this.#listed(path, query)) stream.send('ADDED', object);
      stream.send('BOOKMARK', endOfList(String(this.#revision)));
    }
    return stream;
  }

  #listed(path: string, query: OpenWatch['query']): KubeObject[] {
    return [...this.objects]
      .filter(([key, object]) => isIn(path, key) && isSelected(object, query))
      .map(([, object]) => object);
  }

  #existing(path: string): KubeObject {
    const object = this.objects.get(path);
    if (object === undefined) throw refused(404, 'NotFound', 'not found');
    return object;
  }
}

/** Whether an object lies in a collection, which may be that of all namespaces. */
function isIn(collection: string, path: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent === collection || parent.replace(/\/namespaces\/[^/]+\//, '/') === collection;
}

/** The selectors that nodes use: by name, by node, and by the label of a virtual kubelet. */
function isSelected(object: KubeObject, { fieldSelector, labelSelector }: OpenWatch['query']): boolean {
  const { metadata, spec } = object as {
    metadata?: { name?: string; labels?: { type?: string } };
    spec?: { nodeName?: string };
  };
  if (labelSelector === 'type=virtual-kubelet' && metadata?.labels?.type !== 'virtual-kubelet') return false;
  if (fieldSelector === undefined) return true;
  if (fieldSelector === 'spec.nodeName!=') return (spec?.nodeName ?? '') !== '';
  return fieldSelector === `spec.nodeName=${spec?.nodeName}` || fieldSelector === `metadata.name=${metadata?.name}`;
}
