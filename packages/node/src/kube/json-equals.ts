/** True when two values are the same JSON: a field that is undefined or null counts as one that is not there. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && listsEqual(a, b);
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  // Plain loops here and below: every version of every object goes through them, and lists of keys would be most of the garbage.
  for (const key in a) if (!jsonEquals(a[key], b[key])) return false;
  for (const key in b) if (!(key in a) && !isAbsent(b[key])) return false;
  return true;
}

function listsEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (!jsonEquals(a[index], b[index])) return false;
  return true;
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
