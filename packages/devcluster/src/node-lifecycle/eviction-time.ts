import type { Taint } from '../resources/nodes/node-types.ts';
import type { Toleration } from '../resources/pods/pod-types.ts';
import { toleratesTaint } from '../scheduler/tolerations.ts';

/**
 * For how many milliseconds a pod may stay on a node with these taints: 0 when it does not tolerate one with the effect
 * NoExecute, undefined when it may stay for ever. Of all tolerations that cover a taint the shortest time counts.
 */
export function toleratedMilliseconds(
  taints: readonly Taint[] = [],
  tolerations: readonly Toleration[] = [],
): number | undefined {
  const evicting = taints.filter(({ effect }) => effect === 'NoExecute');
  let shortest: number | undefined;
  for (const taint of evicting) {
    const covering = tolerations.filter((toleration) => toleratesTaint(toleration, taint));
    if (covering.length === 0) return 0;
    for (const { tolerationSeconds } of covering) {
      if (tolerationSeconds === undefined) continue;
      shortest = Math.min(shortest ?? Infinity, Math.max(0, tolerationSeconds * 1000));
    }
  }
  return shortest;
}
