/** The registry and the path of an image, with Docker's defaults: `busybox` is `docker.io/library/busybox`. */
export function imageRepository(image: string): { readonly registry: string; readonly path: string } {
  const [name = ''] = image.split('@');
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const isRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = (isRegistry ? name.slice(slash + 1) : name).replace(/:[^/:]*$/u, '');
  if (isRegistry) return { registry: first, path: rest };
  return { registry: 'docker.io', path: slash === -1 ? `library/${rest}` : rest };
}

/**
 * Whether a key of a docker config file is meant for an image: `registry.example`, `https://registry.example/v1/`, with a
 * path that the image's has to begin with, and with `*` for one part of the host name.
 */
export function matchesImage(key: string, image: string): boolean {
  const { registry, path } = imageRepository(image);
  const [host = '', ...segments] = key.replace(/^https?:\/\//u, '').split('/');
  const wanted = segments
    .join('/')
    .replace(/^v[12](\/|$)/u, '')
    .replace(/\/+$/u, '');
  const hosts = registry === 'docker.io' ? [registry, 'index.docker.io'] : [registry];
  if (!hosts.some((candidate) => matchesHost(host, candidate))) return false;
  return wanted === '' || path === wanted || path.startsWith(`${wanted}/`);
}

function matchesHost(pattern: string, host: string): boolean {
  const [patternName = '', patternPort] = pattern.split(':');
  const [hostName = '', hostPort] = host.split(':');
  if (patternPort !== hostPort) return false;
  const [patternParts, hostParts] = [patternName.split('.'), hostName.split('.')];
  return (
    patternParts.length === hostParts.length &&
    patternParts.every((part, index) => matchesPart(part, hostParts[index] ?? ''))
  );
}

function matchesPart(pattern: string, part: string): boolean {
  const [before = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === part;
  const after = rest.at(-1) ?? '';
  return part.length >= before.length + after.length && part.startsWith(before) && part.endsWith(after);
}
