import { formatQuantity, parseQuantity } from '../resources/quantity.ts';

const largestCache = 2_048;
const known = new Map<string, string>();

/**
 * The form in which the API server writes a quantity; the amounts of pods repeat, so the latest ones are remembered.
 * Throws UndecodableObjectError when the value is none.
 */
export function canonicalQuantity(value: unknown): string {
  if (typeof value !== 'string') return formatQuantity(parseQuantity(value));
  let canonical = known.get(value);
  if (canonical === undefined) {
    canonical = formatQuantity(parseQuantity(value));
    if (known.size >= largestCache) known.clear();
    known.set(value, canonical);
  }
  return canonical;
}
