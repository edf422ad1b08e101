/**
 * The tag that an image reference means, as the server reads it when it chooses a pull policy: `latest` when neither a
 * tag nor a digest is given, and empty when there is only a digest.
 */
export function imageTag(reference: string): string {
  const [withoutDigest = '', digest] = reference.split('@');
  const lastPart = withoutDigest.slice(withoutDigest.lastIndexOf('/') + 1);
  const colon = lastPart.indexOf(':');
  if (colon >= 0) return lastPart.slice(colon + 1);
  return digest === undefined ? 'latest' : '';
}

/** The pull policy that a container gets when it names none. */
export function defaultPullPolicy(reference: string): 'Always' | 'IfNotPresent' {
  return imageTag(reference) === 'latest' ? 'Always' : 'IfNotPresent';
}
