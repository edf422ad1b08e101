import { jsonEquals } from './json-equals.ts';
import type { KubeObject } from './resource.ts';

/**
 * The new version of an object, with the parts of the version before that did not change: a change of a status then costs no
 * second copy of the spec, and whoever compares specs sees that they are one.
 */
export function shareUnchanged<T extends KubeObject>(previous: T, next: T): T {
  const shared = withShared(previous, next);
  if (previous.metadata === undefined || next.metadata === undefined) return shared;
  return { ...shared, metadata: withShared(previous.metadata, next.metadata) };
}

function withShared<T extends object>(previous: T, next: T): T {
  const before = previous as Readonly<Record<string, unknown>>;
  const after = { ...next } as Record<string, unknown>;
  for (const name in after) {
    const value = after[name];
    if (typeof value === 'object' && value !== null && jsonEquals(before[name], value)) after[name] = before[name];
  }
  return after as T;
}
