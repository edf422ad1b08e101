import type { Pod } from '../../provider/wire.ts';
import {
  desiredAllocation,
  isSameAllocation,
  shownAllocation,
  withAllocation,
  type Allocation,
  type PendingResize,
} from '../machine/allocation.ts';

/** Whether a pod may be given what it asks for, instead of what it has. Undefined: it may. */
export type ResizeJudge = (current: Pod, desired: Pod) => PendingResize | undefined;

/** A pod as the API has it, and as it is to be run: with the resources that it has been given. */
export class ResizablePod {
  readonly #judge: ResizeJudge;
  #desired: Pod;
  #given: Pod;
  #allocation: Allocation;
  #pending: PendingResize | undefined;

  constructor(pod: Pod, judge: ResizeJudge) {
    this.#judge = judge;
    this.#desired = pod;
    this.#allocation = shownAllocation(pod);
    this.#given = withAllocation(pod, this.#allocation);
  }

  /** As in the API. */
  get desired(): Pod {
    return this.#desired;
  }

  /** As it is to be run. */
  get given(): Pod {
    return this.#given;
  }

  /** Why it does not get what it asks for. */
  get pending(): PendingResize | undefined {
    return this.#pending;
  }

  set(pod: Pod): void {
    this.#desired = pod;
    this.#given = withAllocation(pod, this.#allocation);
  }

  /** Judges what the pod asks for. Gives the judgement when it is a new one that keeps it from that. */
  judge(): PendingResize | undefined {
    const before = this.#pending;
    const desired = desiredAllocation(this.#desired);
    const isNew = !isSameAllocation(this.#allocation, desired);
    this.#pending = isNew ? this.#judge(this.#given, this.#desired) : undefined;
    if (this.#pending === undefined) {
      this.#allocation = desired;
      this.#given = this.#desired;
      return undefined;
    }
    return this.#pending.reason === before?.reason && this.#pending.message === before.message
      ? undefined
      : this.#pending;
  }
}
