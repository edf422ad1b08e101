import type { Lease } from '../resources/leases.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import { conditionOf } from './wanted-taints.ts';

/** How long a node may be silent, in milliseconds. */
export interface GracePeriods {
  /** Once it has reported itself. */
  afterReport: number;
  /** While it has never reported itself. */
  beforeReport: number;
}

/**
 * When a node was last heard of. The times that a node or its lease carry are only compared with each other: what counts
 * is when a newer one was noticed, so that clocks may differ.
 */
export class Heartbeat {
  #heardAt: number;
  #reported: string | null | undefined;
  #renewed: string | undefined;

  constructor(node: Node, now: number) {
    const ready = conditionOf(node, 'Ready');
    this.#heardAt = ready === undefined ? Date.parse(node.metadata.creationTimestamp) : now;
    this.#reported = ready?.lastHeartbeatTime;
  }

  /** Takes in a state of the node. */
  onNode(node: Node, now: number): void {
    const ready = conditionOf(node, 'Ready');
    const reported = ready?.lastHeartbeatTime;
    if (ready !== undefined && reported !== this.#reported) this.#heardAt = now;
    this.#reported = reported;
  }

  /** Takes in a state of the node's lease. */
  onLease({ spec }: Lease, now: number): void {
    const renewed = spec?.renewTime;
    if (renewed === undefined || renewed === this.#renewed) return;
    this.#renewed = renewed;
    this.#heardAt = now;
  }

  /** When the node counts as silent, unless it is heard of again: milliseconds since the epoch. */
  silentAt(node: Node, periods: GracePeriods): number {
    const reported = conditionOf(node, 'Ready') !== undefined;
    return this.#heardAt + (reported ? periods.afterReport : periods.beforeReport);
  }
}
