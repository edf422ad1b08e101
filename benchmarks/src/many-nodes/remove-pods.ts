import { isNotFound, type KubeClient } from '@vk/node';

const pods = '/api/v1/namespaces/default/pods';

/** Removes every pod of the default namespace at once, without their nodes. One by one: all in one request take longer than it may. */
export async function removePods(client: KubeClient): Promise<void> {
  const { signal } = new AbortController();
  const request = { verb: 'list', method: 'GET', path: pods, signal, timeoutMilliseconds: 120_000 } as const;
  const { items } = await client.request<{ items: { metadata: { name: string } }[] }>(request);
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
  const removeNext = async (): Promise<void> => {
    for (let pod = items.pop(); pod !== undefined; pod = items.pop()) {
      try {
        await client.request({ verb: 'delete', method: 'DELETE', path: `${pods}/${pod.metadata.name}`, body, signal });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: 32 }, removeNext));
}
