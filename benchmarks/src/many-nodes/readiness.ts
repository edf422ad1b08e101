import type { KubeClient } from '@vk/node';

interface List<T> {
  readonly items: readonly T[];
}

interface NodeEvent {
  readonly count?: number;
  readonly involvedObject: { readonly name: string };
}

/** What the cluster says of the nodes and pods of this benchmark. */
export interface Readiness {
  readonly ready: number;
  readonly running: number;
  /** How often the control plane has taken a node for lost. */
  readonly lost: number;
}

export async function readiness(client: KubeClient): Promise<Readiness> {
  const { signal } = new AbortController();
  const list = async <T>(path: string, fieldSelector?: string): Promise<readonly T[]> => {
    const request = { verb: 'list', method: 'GET', path, query: { fieldSelector }, signal } as const;
    return (await client.request<List<T>>(request)).items;
  };
  const nodes = await list<{ status: { conditions: { type: string; status: string }[] } }>('/api/v1/nodes');
  const pods = await list<{ status: { phase: string } }>('/api/v1/namespaces/default/pods');
  const events = await list<NodeEvent>('/api/v1/events', 'reason=NodeNotReady');
  const ownEvents = events.filter(({ involvedObject: { name } }) => name.startsWith('many-'));
  return {
    ready: nodes.filter(({ status }) => status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'))
      .length,
    running: pods.filter(({ status }) => status.phase === 'Running').length,
    lost: ownEvents.reduce((sum, { count = 1 }) => sum + count, 0),
  };
}

/** Whether no pod is left that does not run. */
export async function doAllRun(client: KubeClient): Promise<boolean> {
  const { items } = await client.request<List<unknown>>({
    verb: 'list',
    method: 'GET',
    path: '/api/v1/namespaces/default/pods',
    query: { fieldSelector: 'status.phase!=Running', limit: 1 },
    signal: new AbortController().signal,
  });
  return items.length === 0;
}
