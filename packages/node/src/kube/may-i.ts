import type { KubeClient } from './client.ts';
import { isForbidden, isNotFound } from './kube-error.ts';

/** What a SelfSubjectAccessReview asks about. */
export interface OwnAccess {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/**
 * Whether these credentials allow something; undefined where the API server cannot say. Asking beforehand keeps an audit log
 * free of refusals.
 */
export async function mayI(client: KubeClient, access: OwnAccess, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    const { status } = await client.request<{ readonly status?: { readonly allowed?: boolean } }>({
      verb: 'create',
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: access },
      },
      signal,
    });
    return status?.allowed;
  } catch (error) {
    // An API server without authorisation reviews, or one that does not let us ask, leaves the question open.
    if (isNotFound(error) || isForbidden(error)) return undefined;
    throw error;
  }
}
