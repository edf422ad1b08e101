import type { Pod } from '../../provider/wire.ts';

/** `name_namespace(uid)`: how the kubelet's messages name a pod. */
export function podInWords({ metadata }: Pod): string {
  return `${metadata?.name ?? ''}_${metadata?.namespace ?? ''}(${metadata?.uid ?? ''})`;
}
