import type { Logger } from '../provider/logger.ts';
import type { Lease, Node } from '../provider/wire.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../kube/kube-error.ts';
import { Backoff, type BackoffOptions } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import type { NodeApi } from './node-api.ts';

export interface LeaseControllerOptions {
  readonly name: string;
  readonly api: NodeApi;
  readonly clock: Clock;
  readonly log: Logger;
  readonly durationSeconds: number;
  readonly retry: BackoffOptions;
  /** The Node that owns the lease, once it is registered. */
  readonly node: () => Node | undefined;
  /** Another process has renewed this lease: two run for one node. */
  readonly onContention: () => void;
  readonly random?: () => number;
}

/**
 * A quarter of the duration between renewals and, as with the kubelet, up to a twenty-fifth of that more, so that many nodes do
 * not renew in step. More and not less: renewals are most of what an idle node asks of the API server.
 */
const renewFraction = 0.25;
const jitter = 0.04;
/** Most of the first interval is left to chance: nodes that were registered together part ways at once. */
const firstJitter = 0.9;

/** Keeps the node's Lease renewed (KEP-589): the sign of life that the node lifecycle controller reads. */
export class LeaseController {
  readonly #options: LeaseControllerOptions;
  readonly #random: () => number;
  #lease: Lease | undefined;

  constructor(options: LeaseControllerOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  /** Renews until `signal` is aborted. A renewal that fails is tried again sooner than the next would be due. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, retry, durationSeconds } = this.#options;
    const backoff = new Backoff(retry, clock, this.#random);
    const interval = durationSeconds * 1000 * renewFraction;
    let isFirst = true;
    while (!signal.aborted) {
      let delay = interval * (1 + this.#random() * (isFirst ? -firstJitter : jitter));
      isFirst = false;
      try {
        await this.#renew(signal);
        backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        delay = Math.min(delay, backoff.next());
        log.warn('The node lease could not be renewed', { error, retryInMilliseconds: Math.round(delay) });
      }
      await clock.sleep(delay, signal);
    }
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const { api } = this.#options;
    const known = this.#lease ?? (await api.getLease(signal));
    if (known === undefined) {
      this.#lease = await this.#create(signal);
      return;
    }
    try {
      this.#lease = await api.updateLease(this.#renewed(known), signal);
    } catch (error) {
      this.#lease = undefined;
      if (isNotFound(error)) this.#lease = await this.#create(signal);
      else if (isConflict(error)) await this.#takeBack(known, signal);
      else throw error;
    }
  }

  /** Somebody wrote the lease between two renewals of ours. */
  async #takeBack(known: Lease, signal: AbortSignal): Promise<void> {
    const { api } = this.#options;
    const current = await api.getLease(signal);
    if (current === undefined) {
      this.#lease = await this.#create(signal);
      return;
    }
    if (current.spec?.renewTime !== known.spec?.renewTime) this.#options.onContention();
    this.#lease = await api.updateLease(this.#renewed(current), signal);
  }

  async #create(signal: AbortSignal): Promise<Lease | undefined> {
    const { api, name } = this.#options;
    // Without an owner the lease would outlive its Node; it is made as soon as the Node is there.
    const owner = this.#options.node();
    if (owner === undefined) return undefined;
    try {
      return await api.createLease(
        this.#renewed({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name } }),
        signal,
      );
    } catch (error) {
      if (isAlreadyExists(error)) return undefined;
      throw error;
    }
  }

  #renewed(lease: Lease): Lease {
    const { name, clock, durationSeconds } = this.#options;
    const owner = this.#options.node()?.metadata;
    const ownerReferences =
      owner?.uid === undefined
        ? lease.metadata?.ownerReferences
        : [{ apiVersion: 'v1', kind: 'Node', name, uid: owner.uid }];
    return {
      ...lease,
      metadata: { ...lease.metadata, name, ...(ownerReferences !== undefined && { ownerReferences }) },
      spec: {
        ...lease.spec,
        holderIdentity: name,
        leaseDurationSeconds: durationSeconds,
        // metav1.MicroTime
        renewTime: `${new Date(clock.now()).toISOString().slice(0, -1)}000Z`,
      },
    };
  }
}
