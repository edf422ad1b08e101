import { createRequestAccess } from '../kubelet-api/access/create-request-access.ts';
import { mayI } from '../kube/may-i.ts';
import { NodeAuthorizer, subjectAccessReview } from '../kubelet-api/access/node-authorizer.ts';
import { missingRight, ReviewClient, type ReviewType } from '../kubelet-api/access/review-client.ts';
import { TokenAuthenticator, tokenReview } from '../kubelet-api/access/token-authenticator.ts';
import type { VerifiedPeers } from '../kubelet-api/access/verified-peers.ts';
import type { RequestAccess } from '../kubelet-api/request-access.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../provider/logger.ts';
import type { Clock } from '../work/clock.ts';
import type { KubeletApiSettings } from './kubelet-api-settings.ts';

export interface KubeletAccessOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly settings: KubeletApiSettings;
}

/** What decides on the requests of all listeners of a process, with one set of caches. */
export interface KubeletAccess {
  /** What decides on the requests of one listener, whose handshakes are these. */
  forListener(peers: VerifiedPeers): RequestAccess;
  close(): void;
}

export function createKubeletAccess({ client, clock, log, random, settings }: KubeletAccessOptions): KubeletAccess {
  // Each kind has a queue of its own: anybody may send tokens, and they are not to hold up those who are known.
  const tokenReviews = new ReviewClient({ client, clock, log, random });
  const accessReviews = new ReviewClient({ client, clock, log, random });
  const tokens = new TokenAuthenticator({
    reviews: tokenReviews,
    clock,
    cacheMilliseconds: settings.tokenCacheMilliseconds ?? 120_000,
  });
  const authorizer = new NodeAuthorizer({
    reviews: accessReviews,
    clock,
    allowedMilliseconds: settings.allowedCacheMilliseconds ?? 300_000,
    deniedMilliseconds: settings.deniedCacheMilliseconds ?? 30_000,
  });
  return {
    forListener: (peers) => createRequestAccess({ peers, tokens, authorizer, log }),
    close: () => {
      tokenReviews.close();
      accessReviews.close();
    },
  };
}

/**
 * Whether there is anything to authorise requests against: these credentials may have access reviewed. Without that nothing
 * is served. Where only tokens cannot be reviewed, client certificates still count.
 */
export async function canAuthorise(
  { client, log }: Pick<KubeletAccessOptions, 'client' | 'log'>,
  signal: AbortSignal,
): Promise<boolean> {
  const may = ({ plural: resource, apiVersion }: ReviewType): Promise<boolean | undefined> =>
    mayI(client, { verb: 'create', group: apiVersion.split('/', 1)[0] ?? '', resource }, signal);
  const [access, tokens] = await Promise.all([may(subjectAccessReview), may(tokenReview)]);
  if (access === false) {
    log.error(
      `${missingRight(subjectAccessReview.plural)}. Nothing is served, and kubectl logs and exec will not work`,
    );
    return false;
  }
  if (tokens === false) log.warn(`${missingRight(tokenReview.plural)}. Tokens are not accepted`);
  return true;
}
