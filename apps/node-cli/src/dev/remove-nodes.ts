import { isNotFound, type KubeClient } from '@vk/node';

/** How long removing may take at the end of the process. */
const patienceMilliseconds = 5_000;

/** Deletes Nodes and their leases, as `--on-exit=delete` does, where the nodes themselves were told to leave theirs in place. */
export async function removeNodes(client: KubeClient, names: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(patienceMilliseconds);
  await Promise.all(
    names.flatMap((name) =>
      [
        `/api/v1/nodes/${encodeURIComponent(name)}`,
        `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${encodeURIComponent(name)}`,
      ].map((path) => remove(client, path, signal)),
    ),
  );
}

async function remove(client: KubeClient, path: string, signal: AbortSignal): Promise<void> {
  try {
    await client.request({ verb: 'delete', method: 'DELETE', path, signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
