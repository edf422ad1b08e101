import type { Pod } from '@vk/node/provider';
import { type ApiDoor, textOf } from './api-door.ts';
import type { History } from './history.ts';

export interface NewPod {
  readonly restartPolicy?: 'Always' | 'Never';
  readonly graceSeconds?: number;
  readonly nodeName?: string;
}

/** Somebody who uses the API beside the processes, as kubectl does. Faults do not concern them. */
export class User {
  readonly #door: ApiDoor;
  readonly #history: History;

  constructor(door: ApiDoor, history: History) {
    this.#door = door;
    this.#history = history;
  }

  /** Gives the UID of the new pod. */
  async createPod(name: string, options: NewPod = {}): Promise<string> {
    const pod = await this.send<Pod>('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: name } },
      spec: {
        nodeName: options.nodeName ?? 'node-1',
        restartPolicy: options.restartPolicy ?? 'Always',
        terminationGracePeriodSeconds: options.graceSeconds ?? 30,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        containers: [{ name: 'main', image: 'app:1' }],
      },
    });
    return pod.metadata?.uid ?? '';
  }

  /** Without a grace period the pod's own counts; 0 is by force. */
  async deletePod(name: string, gracePeriodSeconds?: number): Promise<void> {
    await this.send('DELETE', `/api/v1/namespaces/default/pods/${name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    });
  }

  async patchPod(name: string, patch: object, subresource?: 'status'): Promise<void> {
    const path = `/api/v1/namespaces/default/pods/${name}${subresource === undefined ? '' : `/${subresource}`}`;
    await this.send('PATCH', path, patch, 'application/strategic-merge-patch+json');
  }

  setImage(name: string, image: string): Promise<void> {
    return this.patchPod(name, { spec: { containers: [{ name: 'main', image }] } });
  }

  setLabel(name: string, label: string, value: string): Promise<void> {
    return this.patchPod(name, { metadata: { labels: { [label]: value } } });
  }

  setCondition(name: string, type: string): Promise<void> {
    return this.patchPod(name, { status: { conditions: [{ type, status: 'True' }] } }, 'status');
  }

  pod(name: string): Pod | undefined {
    const stored = this.#door.cluster.registry.store.get('pods', `default/${name}`);
    return stored?.object;
  }

  get pods(): readonly Pod[] {
    return this.#door.cluster.registry.store.list('pods').map(({ object }) => object as unknown as Pod);
  }

  /** Throws when the API server refuses, unless there is nothing any more to change. */
  async send<T>(method: string, path: string, body?: object, contentType = 'application/json'): Promise<T> {
    const id = -this.#history.entries.length;
    this.#history.add({ kind: 'request', id, by: 'user', method, path, query: {}, body });
    const answer = await this.#door.cluster.send({
      method,
      url: path,
      headers: { accept: 'application/json', 'content-type': contentType },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { status } = answer;
    const json = JSON.parse(await textOf(answer.body)) as T;
    this.#history.add({ kind: 'answer', id, by: 'user', status, body: json });
    // Somebody who changes or deletes what has just gone hears so, and goes on.
    if (status === 404 && method !== 'POST') return json;
    if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(json)}`);
    return json;
  }
}
