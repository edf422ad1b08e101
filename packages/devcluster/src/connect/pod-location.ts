import { type ApiRequest, requestName } from '../api/api-request.ts';
import { objectKey } from '../registry/object-key.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { badRequest, notFound } from '../status/errors.ts';

/** The pod that the request names. Throws ApiError (404). */
export function requestedPod(request: ApiRequest): Pod {
  const name = requestName(request);
  const stored = request.registry.store.get('pods', objectKey(request.namespace, name));
  if (stored === undefined) throw notFound({ group: '', plural: 'pods' }, name);
  return stored.object as Pod;
}

/** In the order in which the API server names them. */
function containerNames({ spec }: Pod): string[] {
  return [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...((spec.ephemeralContainers ?? []) as { name: string }[]),
  ].map(({ name }) => name);
}

/** The container that is meant: the one that was named, or the only one. Throws ApiError (400). */
export function chooseContainer(pod: Pod, asked: string): string {
  const { name } = pod.metadata;
  if (asked !== '') {
    if (containerNames(pod).includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [first, ...others] = pod.spec.containers;
  if (first !== undefined && others.length === 0) return first.name;
  const names = containerNames(pod).join(' ');
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names}]`);
}

/** The pod's node. Throws ApiError (400) for a pod that has none yet. */
export function requireNodeName(pod: Pod): string {
  const { nodeName } = pod.spec;
  if (nodeName) return nodeName;
  throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
}
