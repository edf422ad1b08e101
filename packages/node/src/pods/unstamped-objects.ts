import type { Logger } from '../provider/logger.ts';
import { formatPodRef, type PodRef } from '../provider/pod-ref.ts';

/** How many are named in the log; of the rest only the number is told. */
const mostNamed = 10;

/**
 * Tells of objects that a provider names although they do not carry this node's stamp: somebody else's, on a backend that is
 * shared, or a provider that does not filter. Nothing is done with them, and the log is not filled with them at every listing.
 */
export class UnstampedObjects {
  readonly #log: Logger;
  /** Made with the first one: on most nodes there is none. */
  #named: Set<string> | undefined;
  #toldCount = mostNamed;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** One was named. Each is told once, and only the first few by name. */
  saw(ref: PodRef): void {
    this.#named ??= new Set();
    if (this.#named.has(ref.uid) || this.#named.size >= mostNamed) return;
    this.#named.add(ref.uid);
    this.#log.warn('The backend told of a pod that does not carry the stamp of this node', {
      pod: formatPodRef(ref),
      uid: ref.uid,
    });
  }

  /** So many are in a listing: told when they are more than have been named, and again when they are twice as many. */
  listed(count: number): void {
    if (count <= this.#toldCount) return;
    this.#toldCount = count * 2 - 1;
    this.#log.warn('The backend lists pods that do not carry the stamp of this node', { count });
  }
}
