import type { Node, Pod } from '../../provider/wire.ts';

type Affinity = NonNullable<NonNullable<Pod['spec']>['affinity']>;
type NodeSelector = NonNullable<
  NonNullable<Affinity['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>;
type NodeSelectorTerm = NodeSelector['nodeSelectorTerms'][number];
type Requirement = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

/**
 * Whether a pod's `nodeSelector` and its required node affinity take this node: all of the selector, and one of the terms.
 * A term without requirements takes no node, and neither does one that is not well formed.
 *
 * Source: k8s.io/component-helpers, scheduling/corev1/nodeaffinity.
 */
export function matchesNode({ spec }: Pod, { metadata }: Node): boolean {
  const labels = metadata?.labels ?? {};
  const selected = Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!selected || required === undefined) return selected;
  return required.nodeSelectorTerms.some((term) => matchesTerm(term, labels, metadata?.name ?? ''));
}

function matchesTerm(term: NodeSelectorTerm, labels: Readonly<Record<string, string>>, name: string): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => matchesLabels(requirement, labels)) &&
    matchFields.every((requirement) => matchesField(requirement, name))
  );
}

function matchesLabels({ key, operator, values = [] }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return values.length > 0 && (value === undefined || !values.includes(value));
    case 'Exists':
      return values.length === 0 && value !== undefined;
    case 'DoesNotExist':
      return values.length === 0 && value === undefined;
    case 'Gt':
      return compares(value, values, (actual, bound) => actual > bound);
    case 'Lt':
      return compares(value, values, (actual, bound) => actual < bound);
    default:
      return false;
  }
}

/** `metadata.name` is the only field that there is, and one value all that it may be compared with. */
function matchesField({ key, operator, values = [] }: Requirement, name: string): boolean {
  const [value] = values;
  if (value === undefined || values.length !== 1) return false;
  const actual = key === 'metadata.name' ? name : '';
  if (operator === 'In') return actual === value;
  return operator === 'NotIn' && actual !== value;
}

function compares(
  value: string | undefined,
  values: readonly string[],
  how: (actual: bigint, bound: bigint) => boolean,
): boolean {
  const actual = wholeNumber(value);
  const bound = values.length === 1 ? wholeNumber(values[0]) : undefined;
  return actual !== undefined && bound !== undefined && how(actual, bound);
}

/** A whole number of 64 bits. */
function wholeNumber(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d{1,30}$/u.test(text)) return undefined;
  const number = BigInt(text.replace(/^\+/u, ''));
  return BigInt.asIntN(64, number) === number ? number : undefined;
}
