import type { Taint } from '../resources/nodes/node-types.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { toleratedMilliseconds } from './eviction-time.ts';

interface Planned {
  /** When the pod began to put up with its node's taints. */
  since: number;
  due: number;
}

/** Which pods are to go because of their node's taints, and when. */
export class Evictions {
  readonly #planned = new Map<string, Planned>();

  /** Plans, moves or calls off a pod's eviction. Returns whether one was called off. */
  plan(pod: Pod, taints: readonly Taint[] | undefined, now: number): boolean {
    const { uid, deletionTimestamp } = pod.metadata;
    const planned = this.#planned.get(uid);
    const tolerated = toleratedMilliseconds(taints, pod.spec.tolerations);
    if (tolerated === undefined || deletionTimestamp !== undefined) {
      this.#planned.delete(uid);
      return planned !== undefined && deletionTimestamp === undefined;
    }
    const since = planned?.since ?? now;
    this.#planned.set(uid, { since, due: since + tolerated });
    return false;
  }

  /** The pods whose time has come, which are then no longer planned. */
  takeDue(now: number): string[] {
    const due = [...this.#planned].filter(([, planned]) => planned.due <= now).map(([uid]) => uid);
    for (const uid of due) this.#planned.delete(uid);
    return due;
  }

  /** When the next pod is due, in milliseconds since the epoch. */
  nextDue(): number | undefined {
    let next: number | undefined;
    for (const { due } of this.#planned.values()) next = Math.min(next ?? Infinity, due);
    return next;
  }

  forget(uid: string): void {
    this.#planned.delete(uid);
  }
}
