import type { PolicyReader } from '../authorization/access.ts';
import type { KubeObject } from '../registry/definition.ts';
import type { ClaimedObject, TokenClaims } from './token-claims.ts';

/** Clocks may differ by so much before a token counts as too old, too young, or its objects as deleted. */
export const leewayMilliseconds = 60_000;

const invalidated = 'service account token has been invalidated';

function isDeleted(object: KubeObject, now: number): boolean {
  const { deletionTimestamp } = object.metadata;
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < now - leewayMilliseconds;
}

function boundProblem(
  kind: string,
  claimed: ClaimedObject,
  object: KubeObject | undefined,
  now: number,
): string | undefined {
  if (object === undefined) return invalidated;
  const { uid } = object.metadata;
  if (uid !== claimed.uid) {
    return `${kind} UID (${uid}) does not match service account ${kind} ref claim (${claimed.uid})`;
  }
  return isDeleted(object, now) ? invalidated : undefined;
}

/** What has become of the objects that a token names, when it is no longer good because of them. */
export function claimedObjectsProblem(
  reader: PolicyReader,
  claims: TokenClaims['kubernetes.io'],
  now: number,
): string | undefined {
  const { namespace, serviceaccount, secret, pod, node } = claims;
  const account = reader.get('serviceaccounts', namespace, serviceaccount.name);
  if (account === undefined) return `serviceaccounts ${JSON.stringify(serviceaccount.name)} not found`;
  const { uid } = account.metadata;
  if (uid !== serviceaccount.uid) return `service account UID (${uid}) does not match claim (${serviceaccount.uid})`;
  if (isDeleted(account, now)) return `service account ${namespace}/${serviceaccount.name} has been deleted`;
  if (secret !== undefined) {
    const problem = boundProblem('secret', secret, reader.get('secrets', namespace, secret.name), now);
    if (problem !== undefined) return problem;
  }
  if (pod !== undefined) return boundProblem('pod', pod, reader.get('pods', namespace, pod.name), now);
  return node === undefined ? undefined : boundProblem('node', node, reader.get('nodes', undefined, node.name), now);
}
