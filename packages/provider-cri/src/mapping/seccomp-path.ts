import { isAbsolute, normalize } from 'node:path';

/** Whether a `localhostProfile` is a file below the root of seccomp profiles. */
export function isBelowSeccompRoot(localhostProfile: string): boolean {
  const name = normalize(localhostProfile);
  return name !== '.' && name !== '..' && !name.startsWith('../') && !isAbsolute(name);
}
