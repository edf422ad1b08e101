import type { NodeApi } from '../node-object/node-api.ts';
import type { Clock } from '../work/clock.ts';
import type { CoreMetrics } from './core-metrics.ts';
import { nodeAttributes } from './span-attributes.ts';
import { inSpan } from './span.ts';

export interface NodeTelemetryOptions {
  readonly metrics: CoreMetrics;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly leaseDurationSeconds: number;
}

/** A lease is renewed at a quarter of its duration: see `LeaseController`. */
const renewFraction = 0.25;

/** Follows what a node writes of itself: its status and its lease. */
export class NodeTelemetry {
  readonly #options: NodeTelemetryOptions;
  /** Monotonic milliseconds. */
  #renewedAt: number | undefined;

  constructor(options: NodeTelemetryOptions) {
    this.#options = options;
  }

  /** Milliseconds since the lease was renewed; undefined before the first time. */
  get leaseAge(): number | undefined {
    return this.#renewedAt === undefined ? undefined : this.#options.clock.monotonic() - this.#renewedAt;
  }

  /** The node's requests: those for Node and lease in spans, renewals timed. */
  observe(api: NodeApi): NodeApi {
    return {
      ...api,
      getNode: (signal) => this.#inSpan('node read', () => api.getNode(signal)),
      createNode: (node, signal) => this.#inSpan('node create', () => api.createNode(node, signal)),
      patchNodeStatus: (patch, signal) => this.#inSpan('node status write', () => api.patchNodeStatus(patch, signal)),
      patchNode: (patch, signal) => this.#inSpan('node write', () => api.patchNode(patch, signal)),
      deleteNode: (uid, signal) => this.#inSpan('node delete', () => api.deleteNode(uid, signal)),
      getLease: (signal) => this.#inSpan('node lease read', () => api.getLease(signal)),
      deleteLease: (signal) => this.#inSpan('node lease delete', () => api.deleteLease(signal)),
      createLease: (lease, signal) => this.#renew(() => api.createLease(lease, signal)),
      updateLease: (lease, signal) => this.#renew(() => api.updateLease(lease, signal)),
    };
  }

  async #renew<T>(write: () => Promise<T>): Promise<T> {
    const lease = await this.#inSpan('node lease renew', write);
    const { clock, metrics, leaseDurationSeconds } = this.#options;
    const now = clock.monotonic();
    if (this.#renewedAt !== undefined)
      metrics.leaseRenewed(Math.max(0, now - this.#renewedAt - leaseDurationSeconds * 1_000 * renewFraction));
    this.#renewedAt = now;
    return lease;
  }

  #inSpan<T>(name: string, write: () => Promise<T>): Promise<T> {
    return inSpan({ name, calls: true, attributes: () => nodeAttributes(this.#options.nodeName) }, write);
  }
}
