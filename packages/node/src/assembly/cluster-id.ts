import type { KubeClient } from '../kube/client.ts';
import { getObject } from '../kube/get-object.ts';
import { isForbidden, isNotFound } from '../kube/kube-error.ts';
import { namespaces } from '../kube/resource.ts';

/** Without a cluster id nothing in a backend can be told from another cluster's. */
export class ClusterIdUnknownError extends Error {
  override readonly name = 'ClusterIdUnknownError';
  readonly code = 'ClusterIdUnknown';

  constructor(options?: ErrorOptions) {
    super(
      'the UID of namespace kube-system, which identifies the cluster, cannot be read with these credentials; name the cluster with --cluster-id',
      options,
    );
  }
}

/**
 * The UID of the kube-system namespace: the usual identity of a cluster.
 *
 * @throws ClusterIdUnknownError when it is not there or may not be read.
 */
export async function readClusterId(client: KubeClient, signal: AbortSignal): Promise<string> {
  try {
    const namespace = await getObject(client, namespaces, { name: 'kube-system' }, signal);
    const uid = namespace.metadata?.uid;
    if (uid !== undefined) return uid;
  } catch (error) {
    if (!isForbidden(error) && !isNotFound(error)) throw error;
    throw new ClusterIdUnknownError({ cause: error });
  }
  throw new ClusterIdUnknownError();
}
