import type { PolicyReader } from '../authorization/access.ts';
import type { UserInfo } from '../registry/registry.ts';
import type { ServiceAccountTokens } from '../service-accounts/service-account-tokens.ts';

/** What a review may look at to find its answer. */
export interface ReviewContext {
  /** Who asks. */
  user: UserInfo;
  /** The namespace of the path; undefined for a review of the cluster. */
  namespace: string | undefined;
  reader: PolicyReader;
  tokens: ServiceAccountTokens;
  /** The cluster's time, in milliseconds. */
  now: number;
}
