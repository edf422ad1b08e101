import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { PolicyReader } from '../authorization/access.ts';
import type { Clock } from '../clock.ts';
import type { UserInfo } from '../registry/registry.ts';
import { claimedObjectsProblem, leewayMilliseconds } from './claimed-objects.ts';
import type { TokenClaims } from './token-claims.ts';
import { TokenSigner } from './token-signer.ts';

/** Who issues the cluster's tokens, and for whom they are unless they say otherwise. */
export const tokenIssuer = 'https://kubernetes.default.svc';

/** Whose token it is and for which of the wanted audiences, or why it is nobody's. */
export type TokenAnswer = { user: UserInfo; audiences: readonly string[] } | { error: string };

/** What the token to be made says of somebody. Times are seconds. */
export interface TokenOrder {
  audiences: readonly string[];
  lifetime: number;
  warnAfter: number | undefined;
  claims: Omit<TokenClaims['kubernetes.io'], 'warnafter'>;
}

export interface ServiceAccountTokensOptions {
  clock: Clock;
  reader: PolicyReader;
  /** A token that is not of a service account, and whose it is. */
  fixed: { token: string; user: UserInfo } | undefined;
}

const invalidToken = 'invalid bearer token';
const extraPrefix = 'authentication.kubernetes.io/';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function userOf({ jti, 'kubernetes.io': claims }: TokenClaims): UserInfo {
  const { namespace, serviceaccount, pod, node } = claims;
  const extra: Record<string, string[]> = { [`${extraPrefix}credential-id`]: [`JTI=${jti}`] };
  for (const [kind, object] of [
    ['node', node],
    ['pod', pod],
  ] as const) {
    if (object === undefined) continue;
    extra[`${extraPrefix}${kind}-name`] = [object.name];
    if (object.uid !== '') extra[`${extraPrefix}${kind}-uid`] = [object.uid];
  }
  return {
    name: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    extra,
  };
}

/** Issues the bearer tokens of service accounts and finds out whose a bearer token is, by the cluster's clock and objects. */
export class ServiceAccountTokens {
  readonly #options: ServiceAccountTokensOptions;
  readonly #signer = new TokenSigner();
  readonly #fixed: Buffer | undefined;

  constructor(options: ServiceAccountTokensOptions) {
    this.#options = options;
    this.#fixed = options.fixed === undefined ? undefined : digest(options.fixed.token);
  }

  issue(order: TokenOrder): string {
    const { namespace, serviceaccount } = order.claims;
    const now = Math.floor(this.#options.clock.now() / 1000);
    return this.#signer.sign({
      aud: [...order.audiences],
      exp: now + order.lifetime,
      iat: now,
      iss: tokenIssuer,
      jti: randomUUID(),
      'kubernetes.io': {
        ...order.claims,
        ...(order.warnAfter === undefined ? {} : { warnafter: now + order.warnAfter }),
      },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    });
  }

  /** Whose token it is. Without audiences, it has to be for the cluster's own API. */
  authenticate(token: string, audiences: readonly string[] = []): TokenAnswer {
    const wanted = audiences.length === 0 ? [tokenIssuer] : audiences;
    const { fixed } = this.#options;
    const isFixed = this.#fixed !== undefined && timingSafeEqual(digest(token), this.#fixed);
    const answer = isFixed && fixed !== undefined ? { user: fixed.user, aud: [tokenIssuer] } : this.#read(token);
    if ('error' in answer) return answer;
    const common = wanted.filter((audience) => answer.aud.includes(audience));
    if (common.length === 0) {
      if (isFixed) return { error: invalidToken };
      return {
        error: `[${invalidToken}, token audiences ${shown(answer.aud)} is invalid for the target audiences ${shown(wanted)}]`,
      };
    }
    const { user } = answer;
    return { user: { ...user, groups: [...user.groups, 'system:authenticated'] }, audiences: common };
  }

  #read(token: string): { user: UserInfo; aud: readonly string[] } | { error: string } {
    const claims = this.#signer.read(token);
    if (claims === undefined || claims.iss !== tokenIssuer) return { error: invalidToken };
    const { clock, reader } = this.#options;
    const now = clock.now();
    const failed = (why: string): { error: string } => ({ error: `[${invalidToken}, ${why}]` });
    if (now - leewayMilliseconds > claims.exp * 1000) return failed('service account token has expired');
    if (now + leewayMilliseconds < claims.nbf * 1000) return failed('service account token is not valid yet');
    const problem = claimedObjectsProblem(reader, claims['kubernetes.io'], now);
    return problem === undefined ? { user: userOf(claims), aud: claims.aud } : failed(problem);
  }
}

function shown(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}
