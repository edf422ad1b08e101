import { hash } from 'node:crypto';
import type { Clock } from '../../work/clock.ts';
import type { RequestAttributes, RequestUser } from '../request-access.ts';
import { ExpiringCache } from './expiring-cache.ts';
import type { ReviewClient, ReviewType } from './review-client.ts';

export interface NodeAuthorizerOptions {
  readonly reviews: ReviewClient;
  readonly clock: Clock;
  /** How long a yes counts; the kubelet's default is 300,000. Zero asks every time. */
  readonly allowedMilliseconds: number;
  /** How long a no counts; the kubelet's default is 30,000. */
  readonly deniedMilliseconds: number;
  /** How many answers are kept; 8,192 by default. */
  readonly cacheLimit?: number;
}

export const subjectAccessReview: ReviewType = {
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  apiVersion: 'authorization.k8s.io/v1',
};

interface SubjectAccessReviewStatus {
  readonly allowed?: boolean;
  readonly denied?: boolean;
}

/** Decides what a user may do with a node, by SubjectAccessReview. */
export class NodeAuthorizer {
  readonly #options: NodeAuthorizerOptions;
  readonly #cache: ExpiringCache<boolean>;

  constructor(options: NodeAuthorizerOptions) {
    this.#options = options;
    this.#cache = new ExpiringCache(options.clock, options.cacheLimit ?? 8_192);
  }

  /**
   * Tries the subresources in their order. One that is allowed is enough; one that could not be asked about does not keep the
   * others from being tried.
   *
   * @throws what the last review that failed did so with, when none was allowed.
   */
  async allows(user: RequestUser, attributes: RequestAttributes, signal: AbortSignal): Promise<boolean> {
    let failure: { readonly error: unknown } | undefined;
    for (const subresource of attributes.subresources) {
      try {
        if (await this.#allowsOne(user, attributes, subresource, signal)) return true;
      } catch (error) {
        failure = { error };
      }
    }
    if (failure !== undefined) throw failure.error;
    return false;
  }

  async #allowsOne(
    { username, uid, groups, extra }: RequestUser,
    { verb, nodeName }: RequestAttributes,
    subresource: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { reviews, allowedMilliseconds, deniedMilliseconds } = this.#options;
    const spec = {
      user: username,
      uid,
      groups,
      extra,
      resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName },
    };
    // A hash: what a user is called and what groups they have does not make the cache larger.
    const key = hash('sha256', JSON.stringify(spec), 'base64');
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const status = await reviews.review<SubjectAccessReviewStatus>(`access ${key}`, subjectAccessReview, spec, signal);
    const allowed = status.allowed === true && status.denied !== true;
    this.#cache.set(key, allowed, allowed ? allowedMilliseconds : deniedMilliseconds);
    return allowed;
  }
}
