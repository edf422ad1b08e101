import { podContainers } from '../../environment/pod-containers.ts';
import { parseQuantity, roundedUp } from '../../environment/quantity.ts';
import type { FieldError } from '../../provider/field-error.ts';
import type { Pod } from '../../provider/wire.ts';
import { hostVolumeKind } from './volume-kind.ts';

/** What of a pod's volumes cannot be had on a host, by field. Without mounts that is more. */
export function volumeRefusals(pod: Pod, { canMount }: { readonly canMount: boolean }): FieldError[] {
  const errors: FieldError[] = [];
  const writable = new Set<string>();
  for (const [index, volume] of (pod.spec?.volumes ?? []).entries()) {
    const field = `spec.volumes[${index}]`;
    const kind = hostVolumeKind(volume);
    if (kind.kind === 'emptyDir' || kind.kind === 'hostPath') writable.add(volume.name);
    if (kind.kind === 'unsupported') {
      errors.push({ field: `${field}.${kind.source}`, message: kind.why });
    } else if (kind.kind === 'emptyDir' && kind.where === 'memory' && !canMount) {
      errors.push({ field: `${field}.emptyDir.medium`, message: 'this process may not mount a file system in memory' });
    }
    const limit = volume.emptyDir?.sizeLimit;
    if (limit !== undefined && parseQuantity(limit) === undefined) {
      errors.push({ field: `${field}.emptyDir.sizeLimit`, message: `"${limit}" is not a quantity` });
    }
  }
  if (canMount) return errors;
  for (const { container, kind } of podContainers(pod)) {
    for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
      if (!writable.has(mount.name)) continue;
      const name = mount.subPathExpr === undefined || mount.subPathExpr === '' ? 'subPath' : 'subPathExpr';
      if ((mount[name] ?? '') === '') continue;
      const containers = pod.spec?.[kind] ?? [];
      errors.push({
        field: `spec.${kind}[${containers.findIndex(({ name: other }) => other === container.name)}].volumeMounts[${index}].${name}`,
        message:
          'this process may not make mounts, without which a container could turn the path elsewhere on the host',
      });
    }
  }
  return errors;
}

/** A quantity of bytes, rounded up; undefined for none, zero, and what is not a quantity. */
export function bytesOf(quantity: string | undefined): bigint | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  const bytes = parsed === undefined ? 0n : roundedUp(parsed, 1n);
  return bytes > 0n ? bytes : undefined;
}
