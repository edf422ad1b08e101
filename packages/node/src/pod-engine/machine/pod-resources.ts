import { parseQuantity, roundedUp } from '../../environment/quantity.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../provider/wire.ts';
import { isSidecar } from './restart-decision.ts';

type Amounts = ReadonlyMap<string, bigint>;

/** The containers whose resources may change while they run (KEP-1287): regular ones and sidecars. */
export function resizableContainers({ initContainers = [], containers }: PodSpec): readonly Container[] {
  return [...initContainers.filter(isSidecar), ...containers];
}

/** True when a limit is higher, or gone. */
export function hasGrown(before: ResourceRequirements | undefined, after: ResourceRequirements | undefined): boolean {
  const old = amounts(before?.limits);
  const now = amounts(after?.limits);
  return [...old].some(([name, amount]) => (now.get(name) ?? amount + 1n) > amount);
}

/**
 * What a pod takes of its node by name, in units of the scheduler: thousandths for `cpu`, whole ones for the rest. The rule is the
 * API's (`PodRequests`): the pod's own requests where it has them, else the greater of what runs at the end and at any time on the
 * way, sidecars included, and the overhead.
 */
export function podRequests({ spec }: Pod): Map<string, bigint> {
  const inits = spec?.initContainers ?? [];
  let kept: Amounts = new Map();
  let largest: Amounts = new Map();
  for (const container of inits) {
    const own = amounts(container.resources?.requests);
    if (isSidecar(container)) kept = combine(kept, own, (a, b) => a + b);
    largest = combine(largest, isSidecar(container) ? kept : combine(kept, own, (a, b) => a + b), larger);
  }
  const regular = (spec?.containers ?? []).map((container) => amounts(container.resources?.requests));
  const running = regular.reduce((sum, own) => combine(sum, own, (a, b) => a + b), kept);
  const needed = combine(largest, running, larger);
  const withOwn = new Map([...needed, ...amounts(spec?.resources?.requests)]);
  return combine(withOwn, amounts(spec?.overhead), (a, b) => a + b);
}

/** Quantities as whole numbers; what is no quantity is left out. */
export function amounts(list: Readonly<Record<string, string>> | undefined): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text);
    if (quantity !== undefined) found.set(name, roundedUp(quantity, name === 'cpu' ? 1000n : 1n));
  }
  return found;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function combine(a: Amounts, b: Amounts, how: (a: bigint, b: bigint) => bigint): Map<string, bigint> {
  return new Map(
    [...new Set([...a.keys(), ...b.keys()])].map((name) => [name, how(a.get(name) ?? 0n, b.get(name) ?? 0n)]),
  );
}
