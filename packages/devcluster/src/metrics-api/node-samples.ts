import type { Clock } from '../clock.ts';
import { atMost } from './at-most.ts';
import type { NodeSample } from './node-sample.ts';

/** Two samples of a node, the later one and the one before it. */
export interface SamplePair {
  last: NodeSample;
  previous: NodeSample | undefined;
}

interface Kept extends SamplePair {
  /** When the later one was taken, by the cluster's clock. */
  takenAt: number;
}

/** The least time between two samples of a node: below it a rate says little. Milliseconds. */
const spacing = 1000;

/** A sample that is older than this says nothing about now. Milliseconds. */
const staleAfter = 60_000;

/** How many nodes are asked at the same time. */
const mostAtATime = 64;

export interface NodeSamplesOptions {
  clock: Clock;
  /** Undefined for a node that has nothing to say. */
  scrape: (node: string) => Promise<NodeSample | undefined>;
}

/**
 * What nodes use, asked only when somebody wants to know. A rate needs two samples: where the one before is too old, or
 * there is none, two are taken, a second apart.
 */
export class NodeSamples {
  readonly #clock: Clock;
  readonly #scrape: NodeSamplesOptions['scrape'];
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<SamplePair | undefined>>();

  constructor({ clock, scrape }: NodeSamplesOptions) {
    this.#clock = clock;
    const turn = atMost(mostAtATime);
    this.#scrape = (node) => turn(() => scrape(node));
  }

  /** The newest samples of a node; those who ask at the same time get the same. */
  pairOf(node: string): Promise<SamplePair | undefined> {
    const running = this.#running.get(node) ?? this.#take(node).finally(() => this.#running.delete(node));
    this.#running.set(node, running);
    return running;
  }

  async #take(node: string): Promise<SamplePair | undefined> {
    const age = this.#clock.now() - (this.#kept.get(node)?.takenAt ?? -Infinity);
    if (age >= staleAfter) this.#kept.delete(node);
    else if (age < spacing) return this.#kept.get(node);
    const isFirst = !this.#kept.has(node);
    const first = await this.#next(node);
    if (first === undefined || !isFirst) return first;
    await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, spacing));
    return this.#next(node);
  }

  async #next(node: string): Promise<SamplePair | undefined> {
    const sample = await this.#scrape(node);
    if (sample === undefined) {
      this.#kept.delete(node);
      return undefined;
    }
    const before = this.#kept.get(node);
    const kept = { last: sample, previous: before?.last, takenAt: this.#clock.now() };
    this.#kept.set(node, isSameMoment(sample, before?.last) ? { ...kept, previous: before?.previous } : kept);
    return this.#kept.get(node);
  }
}

/** Whether the node has not measured anew since. */
function isSameMoment(sample: NodeSample, before: NodeSample | undefined): boolean {
  return sample.node !== undefined && sample.node.timestamp === before?.node?.timestamp;
}
