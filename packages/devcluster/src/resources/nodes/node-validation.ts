import type { FieldCause, KubeObject } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../field-errors.ts';
import { labelValueProblems, qualifiedNameProblems } from '../names.ts';
import { validateResourceAmount } from '../resource-validation.ts';
import type { Node, Taint } from './node-types.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateTaint(taint: Taint, field: string): FieldCause[] {
  const key = taint.key ?? '';
  const causes = qualifiedNameProblems(key).map((problem) => invalid(`${field}.key`, key, problem));
  const problems = labelValueProblems(taint.value ?? '');
  if (problems.length > 0) causes.push(invalid(`${field}.value`, taint.value, problems.join(';')));
  if (!taint.effect) causes.push(required(`${field}.effect`));
  else if (!effects.includes(taint.effect)) causes.push(notSupported(`${field}.effect`, taint.effect, effects));
  return causes;
}

/** A taint as the server prints one that occurs twice: by its internal field names. */
function asPrinted({
  key,
  value = '',
  effect,
  timeAdded = null,
}: Omit<Taint, 'timeAdded'> & { timeAdded?: string | null }): object {
  return { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded };
}

/** What is wrong with a node's taints. The server reports them under `metadata.taints`, although they are in the spec. */
export function validateTaints(taints: readonly Taint[] = []): FieldCause[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const field = `metadata.taints[${index}]`;
    const causes = validateTaint(taint, field);
    const identity = `${taint.key}:${taint.effect}`;
    if (seen.has(identity)) {
      const { reason, message } = duplicate(field, asPrinted(taint));
      causes.push({ reason, field, message: `${message}: taints must be unique by key and effect pair` });
    }
    seen.add(identity);
    return causes;
  });
}

function validateResources({ status }: Node): FieldCause[] {
  return (['capacity', 'allocatable'] as const).flatMap((list) =>
    Object.entries(status?.[list] ?? {}).flatMap(([name, amount]) =>
      validateResourceAmount(name, amount, `status.${list}.${name}`),
    ),
  );
}

/** What is wrong with a node, wherever it stands. */
export function validateNode(object: KubeObject): FieldCause[] {
  const node = object as Node;
  return [...validateTaints(node.spec.taints), ...validateResources(node)];
}

/** What is wrong with a change of a node or of its status. */
export function validateNodeChange(next: KubeObject, previous: KubeObject): FieldCause[] {
  const after = next as Node;
  const before = previous as Node;
  const causes = validateResources(after);
  for (const [index, address] of (after.status?.addresses ?? []).entries()) {
    const earlier = after.status?.addresses?.slice(0, index) ?? [];
    if (earlier.some((other) => deepEqual(other, address))) {
      const { type, address: value } = address;
      causes.push(duplicate(`status.addresses[${index}]`, { Type: type, Address: value }));
    }
  }
  if (before.spec.podCIDRs?.length && !deepEqual(after.spec.podCIDRs, before.spec.podCIDRs)) {
    causes.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  if (before.spec.providerID && after.spec.providerID !== before.spec.providerID) {
    causes.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  return [...causes, ...validateTaints(after.spec.taints)];
}
