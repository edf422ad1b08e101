import type { KubeClient } from '../kube/client.ts';
import { createObject } from '../kube/create-object.ts';
import { deleteObject } from '../kube/delete-object.ts';
import { dropManagedFields } from '../kube/drop-managed-fields.ts';
import { getObject } from '../kube/get-object.ts';
import { isConflict, isNotFound } from '../kube/kube-error.ts';
import { mayI } from '../kube/may-i.ts';
import { patchObject } from '../kube/patch-object.ts';
import { leases, nodes, type ObjectRef, resourcePath } from '../kube/resource.ts';
import { updateObject } from '../kube/update-object.ts';
import type { Lease, Node } from '../provider/wire.ts';
import type { NodeApi } from './node-api.ts';

/** Signs of life wait for nobody. */
const urgent = true;

/** Where node leases live (KEP-589). */
const leaseNamespace = 'kube-node-lease';

/** A node's own objects on a real API server. What is answered is without `managedFields`, as it is kept. */
export class KubeNodeApi implements NodeApi {
  readonly #client: KubeClient;
  readonly #name: string;

  constructor(client: KubeClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  getNode(signal: AbortSignal): Promise<Node | undefined> {
    return undefinedIfMissing(getObject(this.#client, nodes, this.#nodeRef, signal));
  }

  async createNode(node: Node, signal: AbortSignal): Promise<Node> {
    return dropManagedFields(await createObject(this.#client, nodes, node, {}, signal));
  }

  async patchNodeStatus(patch: object, signal: AbortSignal): Promise<Node> {
    const options = { patch, patchType: 'strategic', subresource: 'status', urgent } as const;
    return dropManagedFields(await patchObject(this.#client, nodes, this.#nodeRef, options, signal));
  }

  async patchNode(patch: object, signal: AbortSignal): Promise<Node> {
    const options = { patch, patchType: 'merge' } as const;
    return dropManagedFields(await patchObject(this.#client, nodes, this.#nodeRef, options, signal));
  }

  async deleteNode(uid: string | undefined, signal: AbortSignal): Promise<void> {
    const precondition = uid === undefined ? {} : { uid };
    await ignoreMissing(deleteObject(this.#client, nodes, this.#nodeRef, precondition, signal));
  }

  getLease(signal: AbortSignal): Promise<Lease | undefined> {
    // It comes before the first renewal, which cannot wait.
    const path = resourcePath(leases, this.#leaseRef);
    return undefinedIfMissing(this.#client.request<Lease>({ verb: 'get', method: 'GET', path, urgent, signal }));
  }

  async createLease(object: Lease, signal: AbortSignal): Promise<Lease> {
    const lease = { ...object, metadata: { ...object.metadata, namespace: leaseNamespace } };
    return dropManagedFields(await createObject(this.#client, leases, lease, { urgent }, signal));
  }

  async updateLease(object: Lease, signal: AbortSignal): Promise<Lease> {
    return dropManagedFields(await updateObject(this.#client, leases, this.#leaseRef, object, { urgent }, signal));
  }

  async deleteLease(signal: AbortSignal): Promise<void> {
    await ignoreMissing(deleteObject(this.#client, leases, this.#leaseRef, {}, signal));
  }

  mayI(verb: 'delete' | 'patch', signal: AbortSignal): Promise<boolean | undefined> {
    return mayI(this.#client, { verb, resource: 'nodes', name: this.#name }, signal);
  }

  get #nodeRef(): ObjectRef {
    return { name: this.#name };
  }

  get #leaseRef(): ObjectRef {
    return { namespace: leaseNamespace, name: this.#name };
  }
}

async function undefinedIfMissing<T extends object>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return dropManagedFields(await answer);
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
