import type { KubeObject } from '../registry/definition.ts';
import { objectKey } from '../registry/object-key.ts';
import type { Registry } from '../registry/registry.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { badRequest, conflict, notFound } from '../status/errors.ts';
import type { ClaimedObject, TokenClaims } from './token-claims.ts';

/** The object without which a token is to be no good. */
export interface BoundReference {
  apiVersion?: string;
  kind?: string;
  name?: string;
  uid?: string;
}

const plurals: Readonly<Record<string, string>> = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' };

function claimed({ metadata }: KubeObject): ClaimedObject {
  return { name: metadata.name, uid: metadata.uid };
}

/** A pod's node, which may be gone already. */
function nodeOf(registry: Registry, pod: Pod): ClaimedObject | undefined {
  const { nodeName } = pod.spec;
  if (!nodeName) return undefined;
  const node = registry.store.get('nodes', nodeName)?.object;
  return node === undefined ? { name: nodeName, uid: '' } : claimed(node);
}

/**
 * What a token says of the object that it is bound to: of a pod also its node.
 * Throws ApiError: 400 for an object that no token can be bound to, 404, or 409 for another UID.
 */
export function boundObjects(
  { registry }: { registry: Registry },
  reference: BoundReference,
  account: { namespace: string; name: string },
): Pick<TokenClaims['kubernetes.io'], 'node' | 'pod' | 'secret'> {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const plural = apiVersion === 'v1' ? plurals[kind] : undefined;
  if (plural === undefined) {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  }
  const key = objectKey(kind === 'Node' ? undefined : account.namespace, name);
  const object = registry.store.get(plural, key)?.object;
  if (object === undefined) throw notFound({ group: '', plural }, name);
  const pod = kind === 'Pod' ? (object as Pod) : undefined;
  if (pod !== undefined && pod.spec.serviceAccountName !== account.name) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account.name)} to pod running with different serviceaccount name.`,
    );
  }
  if (uid !== '' && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', plural: kind }, name, why);
  }
  const node = pod === undefined ? undefined : nodeOf(registry, pod);
  if (pod !== undefined) return { ...(node === undefined ? {} : { node }), pod: claimed(pod) };
  return kind === 'Node' ? { node: claimed(object) } : { secret: claimed(object) };
}
