import type { PodRef } from './pod-ref.ts';

/**
 * Says whose a backend object is. The core removes an object only when it carries a whole stamp of this node, and a live
 * read of the API shows that the UID is gone.
 */
export interface OwnershipStamp {
  /** `--cluster-id`, else the UID of the kube-system namespace. */
  readonly clusterId: string;
  readonly nodeName: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Keys that are valid as Kubernetes labels and annotations, Azure tags (with `/` replaced), ECS tags and Nomad meta. */
const keys = {
  clusterId: 'virtual-kubelet.io/cluster-id',
  nodeName: 'virtual-kubelet.io/node-name',
  namespace: 'virtual-kubelet.io/pod-namespace',
  name: 'virtual-kubelet.io/pod-name',
  uid: 'virtual-kubelet.io/pod-uid',
} as const satisfies Record<keyof OwnershipStamp, string>;

/** The stamp as labels, for a backend whose objects carry key-value pairs. */
export function ownershipLabels(stamp: OwnershipStamp): Record<string, string> {
  return {
    [keys.clusterId]: stamp.clusterId,
    [keys.nodeName]: stamp.nodeName,
    [keys.namespace]: stamp.namespace,
    [keys.name]: stamp.name,
    [keys.uid]: stamp.uid,
  };
}

/** Reads a stamp back from labels. Undefined when any part is missing: a partial stamp is nobody's. */
export function ownershipFromLabels(labels: Readonly<Record<string, string | undefined>>): OwnershipStamp | undefined {
  const {
    [keys.clusterId]: clusterId,
    [keys.nodeName]: nodeName,
    [keys.namespace]: namespace,
    [keys.name]: name,
    [keys.uid]: uid,
  } = labels;
  if (
    clusterId === undefined ||
    nodeName === undefined ||
    namespace === undefined ||
    name === undefined ||
    uid === undefined
  )
    return undefined;
  return { clusterId, nodeName, namespace, name, uid };
}

/** The pod that a stamp names. */
export function podRefOfStamp(stamp: OwnershipStamp): PodRef {
  return { namespace: stamp.namespace, name: stamp.name, uid: stamp.uid };
}
