/**
 * True when `a` is certainly older than `b`. Resource versions of built-in types are decimal numbers that grow with every
 * write (KEP-5504); of anything else nothing is said.
 */
export function isOlderResourceVersion(a: string, b: string): boolean {
  if (!isNumber(a) || !isNumber(b)) return false;
  return a.length === b.length ? a < b : a.length < b.length;
}

function isNumber(resourceVersion: string): boolean {
  return /^[1-9][0-9]*$/.test(resourceVersion);
}
