import type { Volume } from '../../provider/wire.ts';
import { contentKindOf } from '../volume-contents.ts';

/** What a volume is to this host. */
export type HostVolumeKind =
  | { readonly kind: 'contents'; readonly where: 'disk' | 'memory' }
  | { readonly kind: 'emptyDir'; readonly where: 'disk' | 'memory' }
  | { readonly kind: 'hostPath' }
  /** The runtime mounts it by itself. */
  | { readonly kind: 'image' }
  | { readonly kind: 'unsupported'; readonly source: string; readonly why: string };

/** Tells the kinds of volumes apart. Contents that are secret lie in memory. */
export function hostVolumeKind(volume: Volume): HostVolumeKind {
  const contents = contentKindOf(volume);
  if (contents !== undefined) {
    return { kind: 'contents', where: contents === 'secret' || contents === 'projected' ? 'memory' : 'disk' };
  }
  if (volume.hostPath !== undefined) return { kind: 'hostPath' };
  if (volume.image !== undefined) return { kind: 'image' };
  const { name: _, ...sources } = volume;
  const [source = 'emptyDir'] = Object.keys(sources);
  if (source !== 'emptyDir') return { kind: 'unsupported', source, why: whyNot(source) };
  const medium = volume.emptyDir?.medium ?? '';
  if (medium === '') return { kind: 'emptyDir', where: 'disk' };
  if (medium === 'Memory') return { kind: 'emptyDir', where: 'memory' };
  return { kind: 'unsupported', source: 'emptyDir.medium', why: `the medium "${medium}" is not served here` };
}

function whyNot(source: string): string {
  if (source === 'gitRepo') {
    return 'not served: cloning a repository on the host lets its author run commands there; clone it in an init container into an emptyDir';
  }
  return `volumes of the kind ${source} are not served here`;
}
