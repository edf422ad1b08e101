import type { Pod } from '@vk/node/provider';
import { qualityOfService } from './quality-of-service.ts';

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

/**
 * The cgroup of a pod, with the kubelet's names below the configured parent: Guaranteed pods directly, others under their
 * class. Empty when no parent is configured.
 */
export function cgroupParent(pod: Pod, { parent, driver }: CgroupSettings): string {
  if (parent === '') return '';
  const quality = qualityOfService(pod).toLowerCase();
  const uid = pod.metadata?.uid ?? '';
  const levels = quality === 'guaranteed' ? [`pod${uid}`] : [quality, `pod${uid}`];
  if (driver === 'cgroupfs') return [parent.replace(/\/+$/u, ''), ...levels].join('/');
  // A slice names its parents: a dash is a level, so that one inside a name is written as an underscore.
  const base = parent.replace(/^.*\//u, '').replace(/\.slice$/u, '');
  return `${[base, ...levels.map((level) => level.replaceAll('-', '_'))].join('-')}.slice`;
}

/** Whether this process can write the cgroups of pods: systemd takes back what others write to its own. */
export function ownsPodCgroups(cgroups: KnownCgroups): cgroups is CgroupSettings {
  return cgroups.parent !== '' && cgroups.driver === 'cgroupfs';
}

/** The cgroup of a class of pods, where it is this process's. */
export function classCgroup(name: 'burstable' | 'besteffort', { parent }: Pick<CgroupSettings, 'parent'>): string {
  return `${parent.replace(/\/+$/u, '')}/${name}`;
}

/** Every cgroup in which a pod of this UID can be, below the hierarchies' roots. Empty where somebody else looks after them. */
export function podCgroups(uid: string, { parent, driver }: CgroupSettings): string[] {
  if (parent === '' || driver === 'systemd' || !/^[\w-]+$/u.test(uid)) return [];
  const base = parent.replace(/\/+$/u, '');
  return [`${base}/pod${uid}`, `${base}/burstable/pod${uid}`, `${base}/besteffort/pod${uid}`];
}
