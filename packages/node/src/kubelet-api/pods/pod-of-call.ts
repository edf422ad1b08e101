import { podRefOf, type PodRef } from '../../provider/pod-ref.ts';
import type { Pod } from '../../provider/wire.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';

/** The pod that a path names. */
export interface CalledPod {
  readonly pod: Pod;
  readonly ref: PodRef;
}

/** The container that a path names; its name is that of the pod's spec. */
export interface CalledContainer extends CalledPod {
  readonly container: string;
}

/**
 * The pod of the path, by the API's view of the node. What goes to the provider is taken from the API object, never from the path.
 *
 * @throws HttpError 404 when it is not on the node, or is another pod than the one with the UID of the path.
 */
export function podOfCall({ node, found }: ApiCall): CalledPod {
  const { namespace = '', pod: name = '', uid } = found.parameters;
  const pod = node.findPod(namespace, name);
  if (pod === undefined) throw new HttpError(404, `pod "${name}" does not exist`);
  const ref = podRefOf(pod);
  if (uid !== undefined && uid !== ref.uid) throw new HttpError(404, `pod "${name}" with UID ${uid} does not exist`);
  return { pod, ref };
}

/**
 * The container of the path: an init container, a regular or an ephemeral one.
 *
 * @throws HttpError 404 when the pod is not there, or has no such container.
 */
export function containerOfCall(call: ApiCall): CalledContainer {
  const called = podOfCall(call);
  const { container: name = '' } = call.found.parameters;
  const { initContainers = [], containers = [], ephemeralContainers = [] } = called.pod.spec ?? {};
  const container = [...containers, ...initContainers, ...ephemeralContainers].find((one) => one.name === name);
  if (container === undefined) {
    throw new HttpError(404, `container "${name}" not found in pod "${called.ref.name}"`);
  }
  return { ...called, container: container.name };
}
