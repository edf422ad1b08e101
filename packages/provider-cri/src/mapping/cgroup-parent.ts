import { normalize } from 'node:path';
import { qualityOfService } from '@vk/node/pod-engine';
import type { Pod } from '@vk/node/provider';

export interface CgroupSettings {
  /** Under what the pods' cgroups are. Empty: the runtime's own choice. */
  readonly parent: string;
  readonly driver: 'cgroupfs' | 'systemd';
}

/** The same while the runtime may not have said yet how it names cgroups. */
export interface KnownCgroups {
  readonly parent: string;
  readonly driver: CgroupSettings['driver'] | undefined;
}

/** Whether pods can be put there: empty, an absolute path in its shortest form, or the name of a slice. */
export function isCgroupParent(text: string): boolean {
  if (text === '' || /^[^/]+\.slice$/u.test(text)) return true;
  return text.startsWith('/') && !text.endsWith('/') && normalize(text) === text;
}

/**
 * The cgroup of a pod, with the kubelet's names below the configured parent: Guaranteed pods directly, others under their
 * class. Empty when no parent is configured.
 */
export function cgroupParent(pod: Pod, { parent, driver }: CgroupSettings): string {
  if (parent === '') return '';
  const quality = qualityOfService(pod).toLowerCase();
  const uid = pod.metadata?.uid ?? '';
  const levels = quality === 'guaranteed' ? [`pod${uid}`] : [quality, `pod${uid}`];
  if (driver === 'cgroupfs') return [pathOf(parent), ...levels].join('/');
  return `${[sliceOf(parent), ...levels.map(sliceLevel)].join('-')}.slice`;
}

/** The name of a slice stands for the directory of this name. */
function pathOf(parent: string): string {
  return parent.startsWith('/') ? parent : `/${parent}`;
}

/** The slice of the parent, without `.slice`. The name of a slice says where it is; of a path each part is a level. */
function sliceOf(parent: string): string {
  const parts = parent.split('/').filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  return last.endsWith('.slice') ? last.slice(0, -'.slice'.length) : parts.map(sliceLevel).join('-');
}

/** In the name of a slice a dash is a level, so that one inside a name is written as an underscore, as the kubelet does it. */
function sliceLevel(name: string): string {
  return name.replaceAll('-', '_');
}

/** Whether this process can write the cgroups of pods: systemd takes back what others write to its own. */
export function ownsPodCgroups(cgroups: KnownCgroups): cgroups is CgroupSettings {
  return cgroups.parent !== '' && cgroups.driver === 'cgroupfs';
}

/** The cgroup of a class of pods, where it is this process's. */
export function classCgroup(name: 'burstable' | 'besteffort', { parent }: Pick<CgroupSettings, 'parent'>): string {
  return `${pathOf(parent)}/${name}`;
}

/** Every cgroup in which a pod of this UID can be, below the hierarchies' roots. Empty where somebody else looks after them. */
export function podCgroups(uid: string, { parent, driver }: CgroupSettings): string[] {
  if (parent === '' || driver === 'systemd' || !/^[\w-]+$/u.test(uid)) return [];
  const base = pathOf(parent);
  return [`${base}/pod${uid}`, `${base}/burstable/pod${uid}`, `${base}/besteffort/pod${uid}`];
}
