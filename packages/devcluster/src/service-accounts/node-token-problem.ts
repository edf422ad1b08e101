import type { Pod } from '../resources/pods/pod-types.ts';
import type { BoundReference } from './bound-objects.ts';

/** Whether a volume of the pod is to have a token for the audience; empty is the API's own. */
function hasAudience(pod: Pod, audience: string): boolean {
  const sources = (pod.spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  return sources.some((source) => {
    const { serviceAccountToken } = source as { serviceAccountToken?: { audience?: string } };
    return serviceAccountToken !== undefined && (serviceAccountToken.audience ?? '') === audience;
  });
}

/** Why a node does not get the token that it asks for: it has to be for one of its pods, and for what that pod asks. */
export function nodeTokenProblem(
  node: { name: string; user: string },
  asked: { reference: BoundReference | undefined; audiences: readonly string[] },
  pod: Pod | undefined,
): string | undefined {
  const { reference, audiences } = asked;
  if (reference?.apiVersion !== 'v1' || reference.kind !== 'Pod' || !reference.name) {
    return 'node requested token not bound to a pod';
  }
  if (!reference.uid) return 'node requested token with a pod binding without a uid';
  if (pod === undefined) return undefined;
  if (reference.uid !== pod.metadata.uid) {
    return `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  }
  if (pod.spec.nodeName !== node.name) return 'node requested token bound to a pod scheduled on a different node';
  if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
  const audience = audiences[0] ?? '';
  if (hasAudience(pod, audience)) return undefined;
  return `audience ${JSON.stringify(audience)} not found in pod spec volume, ${node.user} is not authorized to request tokens for this audience`;
}
