import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../work/clock.ts';
import type { RequestUser } from '../request-access.ts';
import type { Authentication } from './authentication.ts';
import { ExpiringCache } from './expiring-cache.ts';
import type { ReviewClient, ReviewType } from './review-client.ts';

export interface TokenAuthenticatorOptions {
  readonly reviews: ReviewClient;
  readonly clock: Clock;
  /** How long a token that was good counts as good; the kubelet's default is 120,000. Zero asks every time. */
  readonly cacheMilliseconds: number;
  /** How many tokens that are good, and how many that are not, are remembered; 4,096 by default. */
  readonly cacheLimit?: number;
}

export const tokenReview: ReviewType = {
  kind: 'TokenReview',
  plural: 'tokenreviews',
  apiVersion: 'authentication.k8s.io/v1',
};

interface TokenReviewStatus {
  readonly authenticated?: boolean;
  readonly user?: {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
}

/** A refusal is asked about again soon: the token may be newer than what the API server knew. */
const refusalMilliseconds = 10_000;
/** No token is longer than what the API server itself takes in a header. */
const longestToken = 64 * 1024;

/** Says who holds a bearer token, by TokenReview. */
export class TokenAuthenticator {
  readonly #options: TokenAuthenticatorOptions;
  readonly #known: ExpiringCache<Authentication>;
  /** By itself: whoever tries tokens that are not good crowds out none that are. */
  readonly #refused: ExpiringCache<Authentication>;
  /** Tokens are told apart by a keyed hash: neither this cache nor a dump of it holds one. */
  readonly #hashKey = randomBytes(32);

  constructor(options: TokenAuthenticatorOptions) {
    this.#options = options;
    this.#known = new ExpiringCache(options.clock, options.cacheLimit ?? 4_096);
    this.#refused = new ExpiringCache(options.clock, options.cacheLimit ?? 4_096);
  }

  /** @throws what the review fails with. */
  async authenticate(token: string, signal: AbortSignal): Promise<Authentication> {
    if (token.length > longestToken) return { kind: 'refused', reason: 'the bearer token is too long' };
    const key = createHmac('sha256', this.#hashKey).update(token).digest('base64');
    const known = this.#known.get(key) ?? this.#refused.get(key);
    if (known !== undefined) return known;
    const { reviews, cacheMilliseconds } = this.#options;
    const status = await reviews.review<TokenReviewStatus>(`token ${key}`, tokenReview, { token }, signal);
    const user = status.authenticated === true ? userFrom(status.user) : undefined;
    if (user === undefined) {
      const refused = { kind: 'refused', reason: 'the API server does not know the bearer token' } as const;
      this.#refused.set(key, refused, refusalMilliseconds);
      return refused;
    }
    const authenticated = { kind: 'user', user } as const;
    this.#known.set(key, authenticated, cacheMilliseconds);
    return authenticated;
  }
}

/** A user without a name is nobody. */
function userFrom(user: TokenReviewStatus['user']): RequestUser | undefined {
  if (user?.username === undefined || user.username === '') return undefined;
  const { username, uid, groups = [], extra } = user;
  return { username, groups, ...(uid !== undefined && { uid }), ...(extra !== undefined && { extra }) };
}
