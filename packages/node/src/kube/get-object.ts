import type { KubeClient } from './client.ts';
import { type ObjectRef, type ResourceType, resourcePath } from './resource.ts';

/** Reads one object, live. A missing one is a `KubeError` with code 404, under the Node authorizer 403. */
export function getObject<T>(
  client: KubeClient,
  type: ResourceType<T>,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<T> {
  return client.request<T>({ verb: 'get', method: 'GET', path: resourcePath(type, ref), signal });
}
