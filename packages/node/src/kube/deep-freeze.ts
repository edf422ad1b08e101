/**
 * Freezes a JSON value all the way down, and gives it back. A frozen root is taken for frozen throughout, so that doing it
 * again costs nothing.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const name in value) deepFreeze((value as Readonly<Record<string, unknown>>)[name]);
  return Object.freeze(value);
}
