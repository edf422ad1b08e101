import { parseQuantity } from '../../environment/quantity.ts';
import type { ResourceRequirements } from '../../provider/wire.ts';

type ResourceList = Readonly<Record<string, string>>;

/** The amounts of one thing and another are the same, however they are written. An empty list is none. */
export function sameResources(a: ResourceRequirements | undefined, b: ResourceRequirements | undefined): boolean {
  return sameList(a?.requests, b?.requests) && sameList(a?.limits, b?.limits);
}

/** The same amount of one resource: `500m` is `0.5`. */
export function sameAmount(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b;
  const [first, second] = [parseQuantity(a), parseQuantity(b)];
  if (first === undefined || second === undefined) return false;
  return first.numerator * second.denominator === second.numerator * first.denominator;
}

/** Requests and limits alone, and only where there are any. */
export function amountsOnly({ requests = {}, limits = {} }: ResourceRequirements): ResourceRequirements {
  return {
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** The form in which resources are kept with a container in the runtime. */
export function resourcesText(resources: ResourceRequirements | undefined): string {
  const sorted = (list: ResourceList = {}): [string, string][] =>
    Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ requests: sorted(resources?.requests), limits: sorted(resources?.limits) });
}

/** What `resourcesText` has written. Undefined when it is anything else: then it is not known what the container has. */
export function readResources(text: string): ResourceRequirements | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('requests' in value) || !('limits' in value)) return undefined;
  const { requests, limits } = value;
  if (!isEntries(requests) || !isEntries(limits)) return undefined;
  return amountsOnly({ requests: Object.fromEntries(requests), limits: Object.fromEntries(limits) });
}

function isEntries(value: unknown): value is [string, string][] {
  if (!Array.isArray(value)) return false;
  return value.every(
    (entry) => Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string'),
  );
}

function sameList(a: ResourceList = {}, b: ResourceList = {}): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameAmount(a[name], b[name]));
}
