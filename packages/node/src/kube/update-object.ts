import type { KubeClient } from './client.ts';
import { apiVersionOf, type KubeObject, type ObjectRef, type ResourceType, resourcePath } from './resource.ts';

export interface UpdateOptions {
  readonly subresource?: string;
  readonly fieldManager?: string;
  /** See `KubeRequest.urgent`. */
  readonly urgent?: boolean;
}

/**
 * Replaces an object. With a `resourceVersion` in its metadata it is refused as a conflict when somebody else wrote meanwhile.
 * Only for objects that are wholly ours, such as a Lease: what is left out is deleted.
 */
export function updateObject<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType<T>,
  ref: ObjectRef,
  object: T,
  options: UpdateOptions,
  signal: AbortSignal,
): Promise<T> {
  return client.request<T>({
    verb: 'update',
    method: 'PUT',
    path: resourcePath(type, { ...ref, subresource: options.subresource }),
    query: { fieldManager: options.fieldManager },
    body: { apiVersion: apiVersionOf(type), kind: type.kind, ...object },
    ...(options.urgent === true && { urgent: true }),
    signal,
  });
}
