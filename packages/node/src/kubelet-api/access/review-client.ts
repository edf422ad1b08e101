import type { KubeClient } from '../../kube/client.ts';
import { KubeError, isForbidden } from '../../kube/kube-error.ts';
import { KubeConnectionError } from '../../kube/kube-connection-error.ts';
import { timeLimit } from '../../kube/time-limit.ts';
import type { Logger } from '../../provider/logger.ts';
import { abortable } from '../../work/abortable.ts';
import { Backoff } from '../../work/backoff.ts';
import type { Clock } from '../../work/clock.ts';
import { Slots } from '../../work/slots.ts';
import { ReviewQueueFullError } from './review-queue-full-error.ts';

export interface ReviewClientOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** How many reviews are with the API server at once; 16 by default. */
  readonly concurrency?: number;
  /** How many may wait for their turn; 1,000 by default. More are refused at once. */
  readonly waiting?: number;
  /** How long one review may take, its retries and its wait included; 10,000 by default. */
  readonly timeoutMilliseconds?: number;
}

/** One kind of review: TokenReview or SubjectAccessReview. */
export interface ReviewType {
  readonly kind: string;
  readonly plural: string;
  readonly apiVersion: string;
}

/** Longer than any cluster needs to come to its senses, and shorter than kubectl waits. */
const defaultTimeoutMilliseconds = 10_000;
const tries = 3;
const retry = {
  initialMilliseconds: 500,
  maximumMilliseconds: 2_000,
  factor: 1.5,
  jitter: 0.2,
  resetAfterMilliseconds: 60_000,
};

/** Asks the API server for reviews: few at a time, the same one only once at a time, and within a time limit. */
export class ReviewClient {
  readonly #options: ReviewClientOptions;
  readonly #slots: Slots;
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #told = new Set<string>();
  readonly #closed = new AbortController();

  constructor(options: ReviewClientOptions) {
    this.#options = options;
    this.#slots = new Slots(options.concurrency ?? 16);
  }

  /**
   * The status of a review. Requests with the same key while one is under way share its answer; one that goes away leaves it
   * to the others.
   *
   * @throws ReviewQueueFullError, and what the API server answers with.
   */
  async review<Status>(key: string, type: ReviewType, spec: object, signal: AbortSignal): Promise<Status> {
    signal.throwIfAborted();
    const known = this.#underWay.get(key);
    if (known !== undefined) return abortable(known as Promise<Status>, signal);
    if (this.#underWay.size >= (this.#options.waiting ?? 1_000)) throw new ReviewQueueFullError();
    const review = this.#ask<Status>(type, spec).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, review);
    return abortable(review, signal);
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed.abort(new Error('the kubelet API has stopped'));
  }

  async #ask<Status>(type: ReviewType, spec: object): Promise<Status> {
    const { clock, random } = this.#options;
    const milliseconds = this.#options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
    const reason = (): Error =>
      new KubeConnectionError({ message: `no ${type.kind} within ${milliseconds / 1_000} s`, code: 'TIMEOUT' });
    const limit = timeLimit(clock, this.#closed.signal, { milliseconds: () => milliseconds, reason });
    try {
      const release = await this.#slots.acquire(limit.signal);
      try {
        const backoff = new Backoff(retry, clock, random);
        for (let attempt = 1; ; attempt++) {
          try {
            return await this.#send<Status>(type, spec, limit.signal);
          } catch (error) {
            if (attempt === tries || !mayPass(error)) throw error;
            await clock.sleep(backoff.next(), limit.signal);
          }
        }
      } finally {
        release();
      }
    } catch (error) {
      this.#tell(type, error);
      throw error;
    } finally {
      limit.release();
    }
  }

  async #send<Status>({ kind, plural, apiVersion }: ReviewType, spec: object, signal: AbortSignal): Promise<Status> {
    const { status } = await this.#options.client.request<{ readonly status?: Status }>({
      verb: 'create',
      method: 'POST',
      path: `/apis/${apiVersion}/${plural}`,
      body: { apiVersion, kind, spec },
      urgent: true,
      signal,
    });
    if (status === undefined)
      throw new KubeConnectionError({ message: `the answer to a ${kind} has no status`, code: 'BAD_ANSWER' });
    this.#told.delete(kind);
    return status;
  }

  /** What is missing is told once, with the way out; what passes, each time it is met. */
  #tell({ kind, plural }: ReviewType, error: unknown): void {
    const { log } = this.#options;
    if (!isForbidden(error)) {
      log.warn('A review for the kubelet API failed, and the request is refused', { review: kind, error });
      return;
    }
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    log.error(missingRight(plural), { review: kind, error });
  }
}

/** How somebody gives these credentials the right that the kubelet API lives on. */
export function missingRight(plural: string): string {
  return `The kubelet API refuses its requests: these credentials may not create ${plural}; bind them to the ClusterRole system:auth-delegator`;
}

/** The answers that client-go's webhooks try again: overload, and errors of the server itself. */
function mayPass(error: unknown): boolean {
  if (error instanceof KubeError) return error.code === 429 || error.code === 500 || error.code === 503;
  return error instanceof KubeConnectionError && (error.code === 'ECONNRESET' || error.code === 'UND_ERR_SOCKET');
}
