import { createHash } from 'node:crypto';
import type { ImageCredentials } from '../../provider/provider-context.ts';
import type { ImagePullCredentials, ImagePulledRecord, ImagePullSecret } from './image-pull-records.ts';

/** So many Secrets are remembered for one image that were only compared with others; those that pulled it always are. */
const rememberedByComparison = 100;

/** The Secret that credentials came from, with the hash of what they are: all that is kept of them. */
export function pullSecretOf(credentials: ImageCredentials): ImagePullSecret {
  const { registry, username = '', password = '', identityToken = '', secret } = credentials;
  const credentialHash = createHash('sha256')
    .update(JSON.stringify([registry, username, password, identityToken]))
    .digest('hex');
  return { uid: '', namespace: '', name: '', ...secret, credentialHash };
}

/**
 * Which of a pod's Secrets lets it use an image that was pulled with some: one with the same credentials, or the same Secret with
 * others by now. `isNew` when it is worth remembering. Undefined: none of them.
 */
export function matchingSecret(
  known: readonly ImagePullSecret[],
  own: readonly ImagePullSecret[],
): { readonly secret: ImagePullSecret; readonly isNew: boolean } | undefined {
  const hasRoom = known.length < rememberedByComparison;
  for (const secret of own)
    for (const other of known) {
      const same = isSameSecret(secret, other);
      if (secret.credentialHash === other.credentialHash) return { secret, isNew: !same && hasRoom };
      if (same && hasRoom) return { secret, isNew: true };
    }
  return undefined;
}

/** The record with what is known now of who may use the image under this name, or the same one where that is nothing new. */
export function withAccess(
  record: ImagePulledRecord,
  name: string,
  access: ImagePullCredentials | undefined,
): ImagePulledRecord {
  if (access === undefined) return record;
  const known = record.credentialMapping[name];
  if (known?.nodePodsAccessible === true) return record;
  const merged = access.nodePodsAccessible === true ? access : merge(known, access);
  return merged === known ? record : { ...record, credentialMapping: { ...record.credentialMapping, [name]: merged } };
}

function merge(known: ImagePullCredentials | undefined, access: ImagePullCredentials): ImagePullCredentials {
  const before = known?.kubernetesSecrets ?? [];
  const added = (access.kubernetesSecrets ?? []).filter((secret) => !before.some((old) => isEqual(secret, old)));
  if (known !== undefined && added.length === 0) return known;
  const kept = before.filter((old) => !added.some((secret) => isSameSecret(secret, old)));
  return { kubernetesSecrets: [...kept, ...added] };
}

function isEqual(a: ImagePullSecret, b: ImagePullSecret): boolean {
  return a.credentialHash === b.credentialHash && a.uid === b.uid && a.namespace === b.namespace && a.name === b.name;
}

/** Credentials of which nobody says where they came from are told by themselves alone. */
function isSameSecret(a: ImagePullSecret, b: ImagePullSecret): boolean {
  return a.uid !== '' && a.uid === b.uid && a.namespace === b.namespace && a.name === b.name;
}
