import type { KubeClient } from './client.ts';
import { metadataOnly } from './metadata-only.ts';
import { type KubeObject, type ObjectRef, type ResourceType, resourcePath } from './resource.ts';

export interface DeleteOptions {
  /** 0 removes the object at once; by default the object's own period counts. */
  readonly gracePeriodSeconds?: number;
  /** Refused as a conflict when the object has another uid: it is then another object of the same name. */
  readonly uid?: string;
  /** Refused as a conflict when somebody wrote the object meanwhile. */
  readonly resourceVersion?: string;
}

/** Deletes an object, or marks it for deletion. Resolves with the metadata of the object as it was, or with a Status. */
export function deleteObject(
  client: KubeClient,
  type: ResourceType<unknown>,
  ref: ObjectRef,
  options: DeleteOptions,
  signal: AbortSignal,
): Promise<KubeObject> {
  const { gracePeriodSeconds, uid, resourceVersion } = options;
  const preconditions = uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion };
  return client.request<KubeObject>({
    verb: 'delete',
    method: 'DELETE',
    path: resourcePath(type, ref),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds, preconditions },
    accept: metadataOnly,
    signal,
  });
}
