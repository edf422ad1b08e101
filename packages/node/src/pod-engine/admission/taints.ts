import type { Node, Pod, Taint, Toleration } from '../../provider/wire.ts';

/**
 * Whether a pod may be on a node with these taints. Only those that evict count: the others keep pods from being scheduled here,
 * and a pod that is bound has passed them or was bound by hand.
 *
 * Source: `FindMatchingUntoleratedTaint` of k8s.io/component-helpers, as the kubelet calls it.
 */
export function toleratesNode({ spec }: Pod, node: Node): boolean {
  const evicting = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  const tolerations = spec?.tolerations ?? [];
  return evicting.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
}

/** An empty key, effect or operator takes every key, every effect, or is `Equal`. */
function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (!operator || operator === 'Equal') && (value ?? '') === (taint.value ?? '');
}
