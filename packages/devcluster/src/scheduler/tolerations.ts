import type { Taint } from '../resources/nodes/node-types.ts';
import type { Toleration } from '../resources/pods/pod-types.ts';

/** Whether one toleration covers a taint: by key (none covers all), by value unless it asks for existence, by effect. */
export function toleratesTaint({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === undefined || operator === '' || operator === 'Equal') && (value ?? '') === (taint.value ?? '');
}

/** The taints of some effects that no toleration covers. */
export function untoleratedTaints(
  taints: readonly Taint[] = [],
  tolerations: readonly Toleration[] = [],
  effects: readonly Taint['effect'][],
): Taint[] {
  return taints.filter(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
  );
}
