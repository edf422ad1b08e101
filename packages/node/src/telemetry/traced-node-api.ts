import type { NodeApi } from '../node-object/node-api.ts';
import type { Lease, Node } from '../provider/wire.ts';
import type { NodeTelemetry } from './node-telemetry.ts';

/** The node's requests: those for Node and lease in spans, renewals timed. */
export class TracedNodeApi implements NodeApi {
  readonly #api: NodeApi;
  readonly #telemetry: NodeTelemetry;

  constructor(api: NodeApi, telemetry: NodeTelemetry) {
    this.#api = api;
    this.#telemetry = telemetry;
  }

  getNode(signal: AbortSignal): Promise<Node | undefined> {
    return this.#telemetry.request('node read', () => this.#api.getNode(signal));
  }

  createNode(node: Node, signal: AbortSignal): Promise<Node> {
    return this.#telemetry.request('node create', () => this.#api.createNode(node, signal));
  }

  patchNodeStatus(patch: object, signal: AbortSignal): Promise<Node> {
    return this.#telemetry.request('node status write', () => this.#api.patchNodeStatus(patch, signal));
  }

  patchNode(patch: object, signal: AbortSignal): Promise<Node> {
    return this.#telemetry.request('node write', () => this.#api.patchNode(patch, signal));
  }

  deleteNode(uid: string | undefined, signal: AbortSignal): Promise<void> {
    return this.#telemetry.request('node delete', () => this.#api.deleteNode(uid, signal));
  }

  getLease(signal: AbortSignal): Promise<Lease | undefined> {
    return this.#telemetry.request('node lease read', () => this.#api.getLease(signal));
  }

  createLease(lease: Lease, signal: AbortSignal): Promise<Lease> {
    return this.#telemetry.renewLease(() => this.#api.createLease(lease, signal));
  }

  updateLease(lease: Lease, signal: AbortSignal): Promise<Lease> {
    return this.#telemetry.renewLease(() => this.#api.updateLease(lease, signal));
  }

  deleteLease(signal: AbortSignal): Promise<void> {
    return this.#telemetry.request('node lease delete', () => this.#api.deleteLease(signal));
  }

  mayI(verb: 'delete' | 'patch', signal: AbortSignal): Promise<boolean | undefined> {
    return this.#api.mayI(verb, signal);
  }
}
