import type { Pod } from '../../provider/wire.ts';
import { podRequests } from '../machine/pod-resources.ts';
import { qualityOfService, type QualityOfService } from '../machine/quality-of-service.ts';
import { isPreemptable } from './critical-pod.ts';

/** What is lacking, by resource, in units of the scheduler; nothing that is zero. */
export type Needs = ReadonlyMap<string, bigint>;

interface Candidate {
  readonly pod: Pod;
  readonly requests: Needs;
}

/** Of two pods that are equally near, the one that asks for less of these, in this order, is ended. */
const comparedFirst = ['memory', 'cpu'] as const;

/**
 * The pods that are ended so that a critical one gets what it lacks. Guaranteed pods are spared where burstable ones will do, and
 * those where best-effort ones will; within a class those go that meet the need best, so that they are few. What is still lacking
 * once all of them were ended comes back in their place.
 *
 * Source: pkg/kubelet/preemption/preemption.go of Kubernetes 1.36.
 */
export function podsToPreempt(
  critical: Pod,
  others: readonly Pod[],
  needs: Needs,
): { readonly victims: readonly Pod[] } | { readonly lacking: Needs } {
  const candidates = others
    .filter((pod) => isPreemptable(pod, critical))
    .map((pod) => ({ pod, requests: new Map([...podRequests(pod), ['pods', 1n]]) }));
  const lacking = needsAfter(needs, candidates);
  if (lacking.size > 0) return { lacking };
  const of = (wanted: QualityOfService): Candidate[] =>
    candidates.filter(({ pod }) => qualityOfService(pod) === wanted);
  const bestEffort = of('BestEffort');
  const burstable = of('Burstable');
  const fromGuaranteed = nearest(of('Guaranteed'), needsAfter(needs, [...bestEffort, ...burstable]));
  const fromBurstable = nearest(burstable, needsAfter(needs, [...bestEffort, ...fromGuaranteed]));
  const fromBestEffort = nearest(bestEffort, needsAfter(needs, [...fromBurstable, ...fromGuaranteed]));
  return { victims: [...fromBestEffort, ...fromBurstable, ...fromGuaranteed].map(({ pod }) => pod) };
}

/** One after the other, each the nearest to what is still needed. */
function nearest(candidates: readonly Candidate[], needs: Needs): Candidate[] {
  const taken: Candidate[] = [];
  let left = [...candidates];
  let open = needs;
  while (open.size > 0) {
    const wanted = open;
    const [first, ...rest] = left;
    if (first === undefined) break;
    const best = rest.reduce((found, next) => (isBetter(next, found, wanted) ? next : found), first);
    taken.push(best);
    left = left.filter((candidate) => candidate !== best);
    open = needsAfter(open, [best]);
  }
  return taken;
}

function isBetter(a: Candidate, b: Candidate, needs: Needs): boolean {
  const difference = distance(a, needs) - distance(b, needs);
  if (difference !== 0) return difference < 0;
  for (const name of comparedFirst) {
    const [ofA, ofB] = [a.requests.get(name) ?? 0n, b.requests.get(name) ?? 0n];
    if (ofA !== ofB) return ofA < ofB;
  }
  return true;
}

/** The squares of what would still be lacking, each as a part of what is: resources weigh the same, whatever their units. */
function distance({ requests }: Candidate, needs: Needs): number {
  let sum = 0;
  for (const [name, amount] of needs) {
    const left = Number(amount - (requests.get(name) ?? 0n));
    if (left > 0) sum += (left / Number(amount)) ** 2;
  }
  return sum;
}

function needsAfter(needs: Needs, ended: readonly Candidate[]): Needs {
  const left = [...needs].map(([name, amount]): [string, bigint] => [
    name,
    ended.reduce((open, { requests }) => open - (requests.get(name) ?? 0n), amount),
  ]);
  return new Map(left.filter(([, amount]) => amount > 0n));
}
