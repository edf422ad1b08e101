import { jsonEquals } from '../../kube/json-equals.ts';
import type { PodStatus } from '../../provider/wire.ts';

/** For so long at most a status is kept back while the pod is on its way to the next one. */
const longestHold = 1_000;

/**
 * Tells of the statuses of one pod, each once. A pod that starts goes through several in a few hundred milliseconds: while the next
 * one is about to come, what differs from it is not worth a write to the API.
 */
export class StatusTeller {
  readonly #tell: () => void;
  #told: PodStatus | undefined;
  #heldSince: number | undefined;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Gives the time when it has to be asked again at the latest; undefined when it has not. */
  offer(
    status: PodStatus,
    { isComing, now }: { readonly isComing: boolean; readonly now: number },
  ): number | undefined {
    if (jsonEquals(this.#told, status)) {
      this.#heldSince = undefined;
      return undefined;
    }
    this.#heldSince ??= now;
    if (isComing && now < this.#heldSince + longestHold) return this.#heldSince + longestHold;
    this.#heldSince = undefined;
    this.#told = status;
    this.#tell();
    return undefined;
  }
}
