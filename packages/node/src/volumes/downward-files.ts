import { resolveFieldReference, type Reference } from '../environment/field-reference.ts';
import { resolveResourceFieldReference } from '../environment/resource-field-reference.ts';
import type { VolumeFile } from '../provider/prepared-volume.ts';
import type { Pod, Volume } from '../provider/wire.ts';
import type { FilesResult } from './volume-files.ts';
import { volumePath } from './volume-path.ts';

type DownwardItem = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number];

/** What the downward API needs to know of the node. */
export interface DownwardNode {
  readonly allocatable: Readonly<Record<string, string>>;
  readonly hostIPs?: readonly string[];
}

/** The files that tell a pod of itself. A field that only the backend learns is deferred text. */
export function downwardFiles(
  items: readonly DownwardItem[],
  context: { readonly pod: Pod; readonly node: DownwardNode; readonly defaultMode: number },
): FilesResult {
  const files: VolumeFile[] = [];
  const errors: string[] = [];
  for (const item of items) {
    const resolved = resolveItem(item, context.pod, context.node);
    const path = volumePath(item.path);
    if ('error' in resolved) {
      errors.push(resolved.error);
    } else if (path === undefined) {
      errors.push(`path "${item.path}" is not within the volume`);
    } else {
      const content = typeof resolved.text === 'string' ? Buffer.from(resolved.text) : resolved.text;
      files.push({ path, mode: item.mode ?? context.defaultMode, content, secret: false });
    }
  }
  return errors.length > 0 ? { errors } : { files };
}

function resolveItem(item: DownwardItem, pod: Pod, { allocatable, hostIPs }: DownwardNode): Reference {
  if (item.fieldRef !== undefined) return resolveFieldReference(pod, item.fieldRef, hostIPs);
  if (item.resourceFieldRef !== undefined)
    return resolveResourceFieldReference(item.resourceFieldRef, { pod, allocatable });
  return { error: `file "${item.path}" refers to nothing` };
}
