import type { NodeApi } from '../node-object/node-api.ts';
import type { NodeSource } from '../node-object/node-source.ts';
import type { Lease, Node } from '../provider/wire.ts';
import { applyStrategicPatch } from './apply-strategic-patch.ts';
import { refused } from './fake-pod-api.ts';

type Handlers = Parameters<NodeSource['subscribe']>[1];

/** One Node and its Lease in memory, and the watch on the Node. Everything is told at once. */
export class FakeNodeApi implements NodeApi, NodeSource {
  node: Node | undefined;
  lease: Lease | undefined;
  /** `create node`, `patch node status`, `update lease`, ... in order. */
  readonly calls: string[] = [];
  /** What was sent by patches of the status. */
  readonly patches: object[] = [];
  /** Called before each; what it throws is the answer. It may wait. */
  before: (call: string) => void | Promise<void> = () => undefined;
  allowed: boolean | undefined = true;
  #handlers: Handlers | undefined;
  #revision = 0;

  subscribe(_name: string, handlers: Handlers): () => void {
    this.#handlers = handlers;
    if (this.node !== undefined) handlers.onApply(this.node);
    return () => (this.#handlers = undefined);
  }

  /** Somebody writes the Node. */
  put(node: Node): Node {
    const uid = node.metadata?.uid ?? `node-${++this.#revision}`;
    this.node = { ...node, metadata: { ...node.metadata, uid, resourceVersion: String(++this.#revision) } };
    this.#handlers?.onApply(this.node);
    return this.node;
  }

  /** Somebody deletes the Node; its Lease goes with it. */
  drop(): void {
    const last = this.node;
    this.node = undefined;
    this.lease = undefined;
    if (last !== undefined) this.#handlers?.onDelete(last);
  }

  async getNode(): Promise<Node | undefined> {
    await this.#begin('get node');
    return this.node;
  }

  async createNode(node: Node): Promise<Node> {
    await this.#begin('create node');
    if (this.node !== undefined) throw refused(409, 'AlreadyExists', 'exists');
    return this.put(node);
  }

  async patchNodeStatus(patch: object): Promise<Node> {
    await this.#begin('patch node status');
    this.patches.push(patch);
    if (this.node === undefined) throw refused(404, 'NotFound', 'not found');
    return this.put(applyStrategicPatch(this.node, patch));
  }

  async patchNode(patch: object): Promise<Node> {
    await this.#begin('patch node');
    if (this.node === undefined) throw refused(404, 'NotFound', 'not found');
    return this.put(applyStrategicPatch(this.node, patch));
  }

  async deleteNode(uid: string | undefined): Promise<void> {
    await this.#begin('delete node');
    if (uid === undefined || this.node?.metadata?.uid === uid) this.drop();
  }

  async getLease(): Promise<Lease | undefined> {
    await this.#begin('get lease');
    return this.lease;
  }

  async createLease(lease: Lease): Promise<Lease> {
    await this.#begin('create lease');
    if (this.lease !== undefined) throw refused(409, 'AlreadyExists', 'exists');
    return this.putLease(lease);
  }

  async updateLease(lease: Lease): Promise<Lease> {
    await this.#begin('update lease');
    if (this.lease === undefined) throw refused(404, 'NotFound', 'not found');
    if (lease.metadata?.resourceVersion !== this.lease.metadata?.resourceVersion)
      throw refused(409, 'Conflict', 'the object has been modified');
    return this.putLease(lease);
  }

  async deleteLease(): Promise<void> {
    await this.#begin('delete lease');
    this.lease = undefined;
  }

  async mayI(verb: 'delete' | 'patch'): Promise<boolean | undefined> {
    await this.#begin(`may I ${verb}`);
    return this.allowed;
  }

  /** Somebody writes the Lease. */
  putLease(lease: Lease): Lease {
    this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(++this.#revision) } };
    return this.lease;
  }

  async #begin(call: string): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }
}
