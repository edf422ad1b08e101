import type { KubeClient } from '@vk/node';

/** Removes every pod of the default namespace at once, without their nodes. */
export async function removePods(client: KubeClient): Promise<void> {
  await client.request({
    verb: 'delete',
    method: 'DELETE',
    path: '/api/v1/namespaces/default/pods',
    body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 },
    signal: new AbortController().signal,
    timeoutMilliseconds: 600_000,
  });
}
