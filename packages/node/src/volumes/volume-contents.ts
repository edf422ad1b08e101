import type { PreparedVolume, VolumeFile } from '../provider/prepared-volume.ts';
import type { ConfigMap, Pod, Secret, Volume } from '../provider/wire.ts';
import type { Lookup } from '../resources/lookup.ts';
import { downwardFiles, type DownwardNode } from './downward-files.ts';
import { configMapFiles, secretFiles } from './object-files.ts';
import type { FilesResult } from './volume-files.ts';
import { volumePath } from './volume-path.ts';

type ProjectedSource = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

/** What the contents of a volume are made from. */
export interface VolumeSources {
  readonly pod: Pod;
  readonly node: DownwardNode;
  configMap(name: string): Lookup<ConfigMap>;
  secret(name: string): Lookup<Secret>;
  /** The token for a source of a projected volume, by its place in the list; or why there is none. */
  token(source: number): { readonly token: string } | { readonly error: string };
}

/** The API's default, for a file without a mode of its own. */
const apiDefaultMode = 0o644;

/** The kind of a volume whose contents come from the API; undefined for others, which are the provider's own matter. */
export function contentKindOf(volume: Volume): PreparedVolume['kind'] | undefined {
  return (['configMap', 'secret', 'downwardAPI', 'projected'] as const).find((kind) => volume[kind] !== undefined);
}

/** The contents of a volume. Of two files at one path in a projected volume, the later source's stays. */
export function volumeContents(volume: Volume, sources: VolumeSources): FilesResult {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) {
    const { name = '', items, defaultMode = apiDefaultMode, optional = false } = configMap;
    return configMapFiles(sources.configMap(name), { name, items, defaultMode, optional });
  }
  if (secret !== undefined) {
    const { secretName: name = '', items, defaultMode = apiDefaultMode, optional = false } = secret;
    return secretFiles(sources.secret(name), { name, items, defaultMode, optional });
  }
  const { pod, node } = sources;
  if (downwardAPI !== undefined)
    return downwardFiles(downwardAPI.items ?? [], {
      pod,
      node,
      defaultMode: downwardAPI.defaultMode ?? apiDefaultMode,
    });
  return projectedFiles(projected?.sources ?? [], projected?.defaultMode ?? apiDefaultMode, sources);
}

function projectedFiles(list: readonly ProjectedSource[], defaultMode: number, sources: VolumeSources): FilesResult {
  const files = new Map<string, VolumeFile>();
  const errors: string[] = [];
  for (const [index, source] of list.entries()) {
    const result = sourceFiles(source, index, defaultMode, sources);
    if ('errors' in result) errors.push(...result.errors);
    else for (const file of result.files) files.set(file.path, file);
  }
  return errors.length > 0 ? { errors } : { files: [...files.values()] };
}

function sourceFiles(source: ProjectedSource, index: number, defaultMode: number, sources: VolumeSources): FilesResult {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = source;
  if (configMap !== undefined) {
    const { name = '', items, optional = false } = configMap;
    return configMapFiles(sources.configMap(name), { name, items, defaultMode, optional });
  }
  if (secret !== undefined) {
    const { name = '', items, optional = false } = secret;
    return secretFiles(sources.secret(name), { name, items, defaultMode, optional });
  }
  const { pod, node } = sources;
  if (downwardAPI !== undefined) return downwardFiles(downwardAPI.items ?? [], { pod, node, defaultMode });
  if (serviceAccountToken !== undefined) {
    const held = sources.token(index);
    const path = volumePath(serviceAccountToken.path);
    if ('error' in held) return { errors: [`failed to fetch token: ${held.error}`] };
    if (path === undefined) return { errors: [`path "${serviceAccountToken.path}" is not within the volume`] };
    return { files: [{ path, mode: defaultMode, content: Buffer.from(held.token), secret: true }] };
  }
  if (clusterTrustBundle?.optional === true) return { files: [] };
  return { errors: [`projected source "${Object.keys(source).join(', ')}" is not supported on this node`] };
}
