import type { VolumeFile } from '../provider/prepared-volume.ts';
import type { ConfigMap, Secret } from '../provider/wire.ts';
import type { Lookup } from '../resources/lookup.ts';
import type { FilesResult } from './volume-files.ts';
import { volumePath } from './volume-path.ts';

/** What a volume takes of a ConfigMap or Secret. */
export interface ObjectProjection {
  readonly name: string;
  /** Which keys go where; absent or empty: all of them, under their own names. */
  readonly items?:
    | readonly { readonly key: string; readonly path: string; readonly mode?: number | undefined }[]
    | undefined;
  readonly defaultMode: number;
  readonly optional: boolean;
}

/** The files made of a ConfigMap: `data` before `binaryData` where both have a key. */
export function configMapFiles(lookup: Lookup<ConfigMap>, projection: ObjectProjection): FilesResult {
  return objectFiles(lookup, projection, {
    kind: 'configmap',
    secret: false,
    missingKey: 'configmap references non-existent config key',
    bytesOf: ({ data = {}, binaryData = {} }) => [
      ...Object.entries(binaryData).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
      ...Object.entries(data).map(([key, text]) => [key, Buffer.from(text)] as const),
    ],
  });
}

/** The files made of a Secret. */
export function secretFiles(lookup: Lookup<Secret>, projection: ObjectProjection): FilesResult {
  return objectFiles(lookup, projection, {
    kind: 'secret',
    secret: true,
    missingKey: 'references non-existent secret key',
    bytesOf: ({ data = {} }) => Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
  });
}

function objectFiles<T>(
  lookup: Lookup<T>,
  { name, items = [], defaultMode, optional }: ObjectProjection,
  source: {
    readonly kind: string;
    readonly secret: boolean;
    readonly missingKey: string;
    bytesOf(object: T): (readonly [string, Uint8Array])[];
  },
): FilesResult {
  const { kind, secret, missingKey } = source;
  if (lookup.state === 'absent') return optional ? { files: [] } : { errors: [`${kind} "${name}" not found`] };
  if (lookup.state === 'pending') return { errors: [`${kind} "${name}" has not been read yet`] };
  if (lookup.state === 'failed') return { errors: [`failed to read ${kind} "${name}": ${describe(lookup.error)}`] };
  const contents = new Map(source.bytesOf(lookup.object));
  const wanted =
    items.length > 0 ? items : [...contents.keys()].sort().map((key) => ({ key, path: key, mode: undefined }));
  const files: VolumeFile[] = [];
  const errors: string[] = [];
  for (const item of wanted) {
    const content = contents.get(item.key);
    const path = volumePath(item.path);
    if (content === undefined) {
      if (!optional) errors.push(`${missingKey}: ${item.key}`);
    } else if (path === undefined) {
      errors.push(`path "${item.path}" is not within the volume`);
    } else {
      files.push({ path, mode: item.mode ?? defaultMode, content, secret });
    }
  }
  return errors.length > 0 ? { errors } : { files };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
