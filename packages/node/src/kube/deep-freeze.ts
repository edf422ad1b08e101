/**
 * Freezes a JSON value all the way down, and gives it back. A frozen root is taken for frozen throughout, so that doing it
 * again costs nothing.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) freeze(value);
  return value;
}

/** Most fields hold a text or a number, which this does not call itself for: it runs over every object that a watch brings. */
function freeze(object: object): void {
  if (Object.isFrozen(object)) return;
  for (const name in object) {
    const field = (object as Readonly<Record<string, unknown>>)[name];
    if (typeof field === 'object' && field !== null) freeze(field);
  }
  Object.freeze(object);
}
