import type { Pod } from '../provider/wire.ts';

const decimal = /^[1-9]\d*$/;

/**
 * The newer of two states of one object, the first when they are the same. Resource versions of one resource are comparable
 * decimal numbers (KEP-5504); where a server's are not, the second, which came later, wins.
 */
export function newerOf(a: Pod, b: Pod): Pod {
  const first = a.metadata?.resourceVersion ?? '';
  const second = b.metadata?.resourceVersion ?? '';
  if (first === second) return a;
  if (!decimal.test(first) || !decimal.test(second)) return b;
  if (first.length !== second.length) return first.length > second.length ? a : b;
  return first > second ? a : b;
}
