import { posix } from 'node:path';

/**
 * The path of a file within a volume, normalised; undefined for one that would leave the volume or clash with what a host
 * needs to replace the files at once: absolute, with `..` in it, or beginning with two dots.
 *
 * Source of the rule: the API server's validation of volume item paths, which this does not rely on.
 */
export function volumePath(path: string): string | undefined {
  if (path === '' || path.startsWith('/') || path.includes('\0')) return undefined;
  if (path.split('/').includes('..')) return undefined;
  const normal = posix.normalize(path);
  return normal === '.' || normal.startsWith('..') || normal.endsWith('/') ? undefined : normal;
}
