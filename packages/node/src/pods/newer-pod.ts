import { isOlderResourceVersion } from '../kube/resource-version.ts';
import type { Pod } from '../provider/wire.ts';

/** The newer of two states of one object; the first when they are the same, the second, which came later, when nobody can tell. */
export function newerOf(first: Pod, second: Pod): Pod {
  const a = first.metadata?.resourceVersion ?? '';
  const b = second.metadata?.resourceVersion ?? '';
  return a === b || isOlderResourceVersion(b, a) ? first : second;
}
