import { expand } from '../../environment/expansion.ts';
import type { PlainVariable } from '../../provider/environment.ts';
import { InvalidInput } from '../../provider/errors/invalid-input.ts';
import type { Container } from '../../provider/wire.ts';

export type VolumeMount = NonNullable<Container['volumeMounts']>[number];

/**
 * The path within a volume that a mount shows, with `subPathExpr` expanded; empty for the whole volume. For a volume that the
 * runtime mounts by itself, too, such as an image: there nothing else keeps the path within it.
 *
 * @param environment The variables of the container. One that is empty counts as missing, as with the kubelet.
 * @param field The mount's own, for example `spec.containers[0].volumeMounts[1]`.
 * @throws InvalidInput for a path that is absolute or leads upwards, and for a variable that is missing, in the kubelet's words.
 */
export function subPathOf(mount: VolumeMount, environment: readonly PlainVariable[], field: string): string {
  const { subPath = '', subPathExpr = '' } = mount;
  const at = `${field}.${subPathField(mount)}`;
  const missing = new Set<string>();
  const text =
    subPathExpr === ''
      ? subPath
      : expand(subPathExpr, (variable) => {
          const value = environment.findLast(({ name }) => name === variable)?.value ?? '';
          if (value === '') missing.add(variable);
          return value;
        });
  if (missing.size > 0) throw new InvalidInput(at, `missing value for ${[...missing].sort().join(', ')}`);
  if (typeof text !== 'string') throw new TypeError('a sub path waits for a field, though every variable is plain');
  if (text.startsWith('/')) {
    throw new InvalidInput(at, `error SubPath \`${text}\` must not be an absolute path`);
  }
  if (text.split('/').includes('..')) {
    throw new InvalidInput(at, `unable to provision SubPath \`${text}\`: must not contain '..'`);
  }
  return text;
}

export function subPathField({ subPathExpr = '' }: VolumeMount): 'subPath' | 'subPathExpr' {
  return subPathExpr === '' ? 'subPath' : 'subPathExpr';
}
