import type { Pod } from '../resources/pods/pod-types.ts';
import type { PolicyReader } from './access.ts';
import { firstReference } from './pod-references.ts';

/** By this annotation a node says that it runs a pod already, from a file of its own. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror';

interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

function ownerProblem(owners: readonly OwnerReference[], node: string, reader: PolicyReader): string | undefined {
  const shown = JSON.stringify(node);
  const [owner, ...more] = owners;
  if (more.length > 0) return `node ${shown} can only create pods with a single owner reference set to itself`;
  if (owner === undefined || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `node ${shown} can only create pods with an owner reference set to itself`;
  }
  if (owner.controller !== true) {
    return `node ${shown} can only create pods with a controller owner reference set to itself`;
  }
  if (owner.blockOwnerDeletion === true) return `node ${shown} must not set blockOwnerDeletion on an owner reference`;
  const { uid } = reader.get('nodes', undefined, node)?.metadata ?? {};
  return owner.uid === uid ? undefined : `node ${node} UID mismatch: expected ${owner.uid} got ${uid ?? ''}`;
}

/** Why a node may not create a pod: it creates mirror pods of its own only, which need nothing of the API. */
export function mirrorPodProblem(pod: Pod, node: string, reader: PolicyReader): string | undefined {
  const shown = JSON.stringify(node);
  if (pod.metadata.annotations?.[mirrorAnnotation] === undefined) {
    return `pod does not have ${JSON.stringify(mirrorAnnotation)} annotation, node ${shown} can only create mirror pods`;
  }
  if (pod.spec.nodeName !== node) return `node ${shown} can only create pods with spec.nodeName set to itself`;
  const problem = ownerProblem(pod.metadata.ownerReferences ?? [], node, reader);
  if (problem !== undefined) return problem;
  const referenced = firstReference(pod);
  return referenced === undefined ? undefined : `node ${shown} can not create pods that reference ${referenced}`;
}
