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

  /** Makes a request for Node or lease in a span. */
  request<T>(name: string, write: () => Promise<T>): Promise<T> {
    return inSpan({ name, calls: true, attributes: () => nodeAttributes(this.#options.nodeName) }, write);
  }

  /** Renews the lease, in a span and timed. */
  async renewLease<T>(write: () => Promise<T>): Promise<T> {
    const lease = await this.request('node lease renew', write);
    const { clock, metrics, leaseDurationSeconds } = this.#options;
    const now = clock.monotonic();
    if (this.#renewedAt !== undefined)
      metrics.leaseRenewed(Math.max(0, now - this.#renewedAt - leaseDurationSeconds * 1_000 * renewFraction));
    this.#renewedAt = now;
    return lease;
  }
}
