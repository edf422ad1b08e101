import { podRejections } from './metric-table.ts';

const known: ReadonlySet<string> = new Set(podRejections);
/** What a node lacks beside what it has always: huge pages, and resources with a domain. */
const lacksOther = /^OutOf(?:hugepages-|.*\/)/u;

/** Whether a pod has this reason because the node did not take it, or refuses its fields. */
export function isRejection(reason: string): boolean {
  return known.has(reason) || lacksOther.test(reason);
}
