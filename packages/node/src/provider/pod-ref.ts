import type { Pod } from './wire.ts';

/** The identity of one pod. A name alone is not enough: a pod that is created again under the same name is a different pod. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * The identity of an API pod.
 *
 * @throws TypeError when the object has no namespace, name or UID; a pod that comes from the API server always has them.
 */
export function podRefOf(pod: Pod): PodRef {
  const { namespace, name, uid } = pod.metadata ?? {};
  if (namespace === undefined || name === undefined || uid === undefined) {
    throw new TypeError('a pod without metadata.namespace, metadata.name or metadata.uid has no identity');
  }
  return { namespace, name, uid };
}

/** `namespace/name`, as kubectl prints it. */
export function formatPodRef(ref: { readonly namespace: string; readonly name: string }): string {
  return `${ref.namespace}/${ref.name}`;
}
