import type { KubeClient } from '../kube/client.ts';
import { createObject } from '../kube/create-object.ts';
import { deleteObject } from '../kube/delete-object.ts';
import { getObject } from '../kube/get-object.ts';
import { isConflict, isForbidden, isNotFound } from '../kube/kube-error.ts';
import { patchObject } from '../kube/patch-object.ts';
import { leases, nodes } from '../kube/resource.ts';
import { updateObject } from '../kube/update-object.ts';
import type { NodeApi } from './node-api.ts';

/** Signs of life wait for nobody. */
const urgent = true;

/** Where node leases live (KEP-589). */
const leaseNamespace = 'kube-node-lease';

interface AccessReview {
  readonly status?: { readonly allowed?: boolean };
}

/** A node's own objects on a real API server. */
export function kubeNodeApi(client: KubeClient, name: string): NodeApi {
  const lease = { namespace: leaseNamespace, name };
  return {
    getNode: (signal) => undefinedIfMissing(getObject(client, nodes, { name }, signal)),
    createNode: (node, signal) => createObject(client, nodes, node, {}, signal),
    patchNodeStatus: (patch, signal) =>
      patchObject(client, nodes, { name }, { patch, patchType: 'strategic', subresource: 'status', urgent }, signal),
    patchNode: (patch, signal) => patchObject(client, nodes, { name }, { patch, patchType: 'merge' }, signal),
    deleteNode: async (uid, signal) => {
      await ignoreMissing(deleteObject(client, nodes, { name }, uid === undefined ? {} : { uid }, signal));
    },
    getLease: (signal) => undefinedIfMissing(getObject(client, leases, lease, signal)),
    createLease: (object, signal) =>
      createObject(
        client,
        leases,
        { ...object, metadata: { ...object.metadata, namespace: leaseNamespace } },
        { urgent },
        signal,
      ),
    updateLease: (object, signal) => updateObject(client, leases, lease, object, { urgent }, signal),
    deleteLease: async (signal) => {
      await ignoreMissing(deleteObject(client, leases, lease, {}, signal));
    },
    mayI: async (verb, signal) => {
      try {
        const review = await client.request<AccessReview>({
          verb: 'create',
          method: 'POST',
          path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
          body: {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: { resourceAttributes: { verb, resource: 'nodes', name } },
          },
          signal,
        });
        return review.status?.allowed;
      } catch (error) {
        // An API server without authorisation reviews, or one that does not let us ask, leaves the question open.
        if (isNotFound(error) || isForbidden(error)) return undefined;
        throw error;
      }
    },
  };
}

async function undefinedIfMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Gone, or replaced by an object that is not ours to delete. */
async function ignoreMissing(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
