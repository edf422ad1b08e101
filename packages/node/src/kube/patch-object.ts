import type { KubeClient, KubeRequest } from './client.ts';
import { metadataOnly } from './metadata-only.ts';
import { type KubeObject, type ObjectRef, type ResourceType, resourcePath } from './resource.ts';

/** How the API server reads a patch: strategic merge knows the keys of lists, merge is RFC 7396, json is RFC 6902. */
export type PatchType = 'strategic' | 'merge' | 'json';

const contentTypes: Readonly<Record<PatchType, string>> = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
};

export interface PatchOptions {
  readonly patch: unknown;
  readonly patchType: PatchType;
  readonly subresource?: string;
  readonly fieldManager?: string;
  /** See `KubeRequest.urgent`. */
  readonly urgent?: boolean;
}

/**
 * Changes what the patch names. With `metadata.uid` in it, an object of the same name and another uid is refused: see
 * `isUidMismatch`.
 */
export function patchObject<T>(
  client: KubeClient,
  type: ResourceType<T>,
  ref: ObjectRef,
  options: PatchOptions,
  signal: AbortSignal,
): Promise<T> {
  return client.request<T>(patchRequest(type, ref, options, signal));
}

/** As {@link patchObject}, for who wants nothing but the object's metadata, such as its new version. */
export function patchForMetadata(
  client: KubeClient,
  type: ResourceType<unknown>,
  ref: ObjectRef,
  options: PatchOptions,
  signal: AbortSignal,
): Promise<KubeObject> {
  return client.request<KubeObject>({ ...patchRequest(type, ref, options, signal), accept: metadataOnly });
}

function patchRequest(
  type: ResourceType<unknown>,
  ref: ObjectRef,
  options: PatchOptions,
  signal: AbortSignal,
): KubeRequest {
  return {
    verb: 'patch',
    method: 'PATCH',
    path: resourcePath(type, { ...ref, subresource: options.subresource }),
    query: { fieldManager: options.fieldManager },
    body: options.patch,
    contentType: contentTypes[options.patchType],
    ...(options.urgent === true && { urgent: true }),
    signal,
  };
}
