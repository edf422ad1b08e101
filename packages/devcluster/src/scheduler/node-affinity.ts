import type { Node } from '../resources/nodes/node-types.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../resources/pods/pod-types.ts';

const integerPattern = /^[+-]?\d+$/;

function compareIntegers(left: string | undefined, right: string | undefined): bigint | undefined {
  if (left === undefined || right === undefined || !integerPattern.test(left) || !integerPattern.test(right)) {
    return undefined;
  }
  return BigInt(left) - BigInt(right);
}

/** Whether a value, or its absence, meets one requirement. Gt and Lt hold only between two whole numbers. */
export function meetsRequirement(
  { operator, values = [] }: NodeSelectorRequirement,
  value: string | undefined,
): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return (compareIntegers(value, values[0]) ?? 0n) > 0n;
    case 'Lt':
      return (compareIntegers(value, values[0]) ?? 0n) < 0n;
    default:
      return false;
  }
}

/** Whether a node meets all of a term's requirements. An empty term is met by no node. */
export function meetsTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, { metadata }: Node): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meetsRequirement(requirement, metadata.labels?.[requirement.key])) &&
    matchFields.every(
      (requirement) => requirement.key === 'metadata.name' && meetsRequirement(requirement, metadata.name),
    )
  );
}

/** Whether a node has every label of the pod's node selector, and meets one of the terms that the pod demands. */
export function meetsNodeDemands({ nodeSelector = {}, affinity }: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const demanded = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return demanded === undefined || (demanded.nodeSelectorTerms ?? []).some((term) => meetsTerm(term, node));
}

/** How much a pod would like a node: the sum of the weights of the terms that the node meets. */
export function nodePreference({ affinity }: PodSpec, node: Node): number {
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferred.reduce((sum, { weight, preference }) => {
    const { matchExpressions = [], matchFields = [] } = preference ?? {};
    const empty = matchExpressions.length === 0 && matchFields.length === 0;
    return !empty && meetsTerm(preference, node) ? sum + weight : sum;
  }, 0);
}

/**
 * The only nodes that can come into question by name, when every term of the pod's demands names some; else undefined.
 * DaemonSet pods do so.
 */
export function demandedNodeNames({ affinity }: PodSpec): ReadonlySet<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const named = matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (named.length === 0) return undefined;
    for (const { values = [] } of named) for (const name of values) names.add(name);
  }
  return terms.length === 0 ? undefined : names;
}
