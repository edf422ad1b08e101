import { jsonEquals } from './json-equals.ts';
import type { KubeObject } from './resource.ts';

/**
 * Puts what did not change since the version before into the new version of an object, so that the two share it: a change of a
 * status then costs no second copy of the spec, and whoever compares specs sees that they are one. Gives the new version. One
 * that is frozen is in use already, and stays as it is.
 */
export function shareUnchanged<T extends KubeObject>(previous: T, next: T): T {
  if (Object.isFrozen(next)) return next;
  shareFields(previous, next);
  if (previous.metadata !== undefined && next.metadata !== undefined) shareFields(previous.metadata, next.metadata);
  return next;
}

function shareFields(previous: object, next: object): void {
  const before = previous as Readonly<Record<string, unknown>>;
  const after = next as Record<string, unknown>;
  for (const [name, value] of Object.entries(after)) {
    if (typeof value === 'object' && value !== null && jsonEquals(before[name], value)) after[name] = before[name];
  }
}
