import type { KubeObject } from '../registry/definition.ts';

/** A state of an object, or that it is gone. */
export interface ObjectChange {
  type: 'set' | 'deleted';
  object: KubeObject;
}

/**
 * Calls back with everything there is of a resource, and then with every change in order, until the signal aborts.
 * Resolves when everything there is has been handed over.
 */
export type Follow<Plural extends string> = (
  plural: Plural,
  onChange: (change: ObjectChange) => void,
  signal: AbortSignal,
) => Promise<void>;
