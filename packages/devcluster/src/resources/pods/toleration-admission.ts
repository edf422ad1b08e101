import type { Pod, Toleration } from './pod-types.ts';

const secondsByDefault = 300;
const taintKeys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

function covers({ key, effect }: Toleration, taintKey: string): boolean {
  return (!key || key === taintKey) && (!effect || effect === 'NoExecute');
}

/** Lets a pod stay five minutes on a node that is not ready or not reachable, unless it says something else itself. */
export function admitDefaultTolerations({ spec }: Pod): void {
  const tolerations = spec.tolerations ?? [];
  const missing = taintKeys.filter((taintKey) => !tolerations.some((toleration) => covers(toleration, taintKey)));
  if (missing.length === 0) return;
  const added = missing.map((key) => ({
    effect: 'NoExecute',
    key,
    operator: 'Exists',
    tolerationSeconds: secondsByDefault,
  }));
  spec.tolerations = [...tolerations, ...added];
}
