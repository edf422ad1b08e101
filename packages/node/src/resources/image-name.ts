/**
 * The repository of an image with its registry, without tag and digest: `nginx:1` is `docker.io/library/nginx`.
 *
 * Source of the rule: the distribution reference grammar, as container runtimes and the kubelet normalise names.
 */
export function imageRepository(image: string): string {
  const name = nameWithoutTag(image);
  const first = name.includes('/') ? (name.split('/', 1)[0] ?? '') : '';
  const hasRegistry = /[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first);
  if (!hasRegistry) return `docker.io/${name.includes('/') ? name : `library/${name}`}`;
  const rest = name.slice(first.length + 1);
  if (first !== 'docker.io' && first !== 'index.docker.io') return name;
  return `docker.io/${rest.includes('/') ? rest : `library/${rest}`}`;
}

/** An image's name as it is written, without tag and digest: `nginx:1` is `nginx`. */
export function nameWithoutTag(image: string): string {
  const withoutDigest = image.split('@', 1)[0] ?? '';
  const slash = withoutDigest.lastIndexOf('/');
  const colon = withoutDigest.indexOf(':', slash + 1);
  return colon === -1 ? withoutDigest : withoutDigest.slice(0, colon);
}
