import type { BackendPod } from '../../provider/backend-pod.ts';
import type { Pod } from '../../provider/wire.ts';
import type { KubeletNode } from '../kubelet-node.ts';

/**
 * A pod of the backend in the form of the API. A backend reports what it knows, which is no spec: the spec is the API's where
 * it has the pod of this UID, and has only the names of the containers that the status tells of where it does not.
 */
export function podOfBackend({ ref, status }: BackendPod, node: KubeletNode): Pod {
  const known = node.findPod(ref.namespace, ref.name);
  if (known?.metadata?.uid === ref.uid) return status === undefined ? known : { ...known, status };
  const containers = (status?.containerStatuses ?? []).map(({ name, image }) => ({ name, image }));
  return {
    metadata: { namespace: ref.namespace, name: ref.name, uid: ref.uid },
    spec: { nodeName: node.name, containers },
    ...(status !== undefined && { status }),
  };
}
