import type { KubeClient } from './client.ts';
import { apiVersionOf, type KubeObject, type ObjectRef, type ResourceType, resourcePath } from './resource.ts';

export interface CreateOptions {
  /** Who owns the fields that are written, in `managedFields`. */
  readonly fieldManager?: string;
  /** See `KubeRequest.urgent`. */
  readonly urgent?: boolean;
}

/** Creates an object in the namespace that its metadata names. One that is there already is `AlreadyExists`. */
export function createObject<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType<T>,
  object: T,
  options: CreateOptions,
  signal: AbortSignal,
): Promise<T> {
  return client.request<T>({
    verb: 'create',
    method: 'POST',
    path: resourcePath(type, { namespace: object.metadata?.namespace }),
    query: { fieldManager: options.fieldManager },
    body: { apiVersion: apiVersionOf(type), kind: type.kind, ...object },
    ...(options.urgent === true && { urgent: true }),
    signal,
  });
}

/** Creates a subresource, for example the `token` of a service account or the `binding` of a pod. */
export function createSubresource<Result>(
  client: KubeClient,
  type: ResourceType<unknown>,
  ref: ObjectRef & { readonly subresource: string },
  body: KubeObject,
  signal: AbortSignal,
): Promise<Result> {
  return client.request<Result>({ verb: 'create', method: 'POST', path: resourcePath(type, ref), body, signal });
}
