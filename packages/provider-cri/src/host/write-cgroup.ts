import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cpuPeriod } from '../mapping/cpu-time.ts';
import type { HugePageLimit } from '../mapping/huge-pages.ts';
import type { AllPodsLimits } from '../mapping/left-for-pods.ts';
import type { PodCgroupLimits } from '../mapping/pod-cgroup-limits.ts';
import { isMissing } from './is-missing.ts';

export interface CgroupPlace {
  /** Where the hierarchies are. */
  readonly root: string;
  /** Below the roots of the hierarchies; the runtime has made it. */
  readonly path: string;
  /** Whether this host has the unified cgroup hierarchy (version 2). */
  readonly unified: boolean;
}

/** Sets what is given, and leaves the rest as it is. The kubelet does so itself too: runtimes look after containers only. */
export async function writeCgroup(limits: Partial<PodCgroupLimits>, place: CgroupPlace): Promise<void> {
  const { root, path, unified } = place;
  // The kernel keeps all of these at once but a limit of memory, for which it may have to free some first.
  for (const [file, value] of cpuFiles(limits, path, unified)) writeFileSync(join(root, file), value);
  for (const hugePages of limits.hugePages ?? []) writeHugePages(hugePages, place);
  for (const [file, value] of memoryFiles(limits, path, unified)) {
    if (limits.memory === 0n) writeFileSync(join(root, file), value);
    else await writeFile(join(root, file), value);
  }
}

/** A host that does not count huge pages by cgroup has no such file: that is well where there are to be none. */
function writeHugePages({ pageSize, limit }: HugePageLimit, { root, path, unified }: CgroupPlace): void {
  const file = unified ? `${path}/hugetlb.${pageSize}.max` : `hugetlb/${path}/hugetlb.${pageSize}.limit_in_bytes`;
  try {
    // The kernel makes the file, never this process.
    writeFileSync(join(root, file), String(limit), { flag: 'r+' });
  } catch (error) {
    if (limit > 0n || !isMissing(error)) throw error;
  }
}

/**
 * Sets a cgroup that pods share, at once, so that what is written last is the newest. Where no pod has been in it yet there is
 * nothing to set.
 */
export function writeSharedCgroup(limits: AllPodsLimits, { root, path, unified }: CgroupPlace): void {
  for (const [file, value] of [...cpuFiles(limits, path, unified), ...memoryFiles(limits, path, unified)]) {
    try {
      writeFileSync(join(root, file), value);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

type Setting = readonly [file: string, value: string];

function sharesFile(shares: bigint, path: string, unified: boolean): Setting {
  return unified ? [`${path}/cpu.weight`, String(weightOf(shares))] : [`cpu/${path}/cpu.shares`, String(shares)];
}

/** Shares from 2 to 262144 as weights from 1 to 10000, by the kubelet's formula. */
function weightOf(shares: bigint): bigint {
  return 1n + ((shares - 2n) * 9999n) / 262_142n;
}

function cpuFiles({ quota, shares }: Partial<PodCgroupLimits>, path: string, unified: boolean): Setting[] {
  const weight = shares === undefined ? [] : [sharesFile(shares, path, unified)];
  if (quota === undefined) return weight;
  if (unified) return [...weight, [`${path}/cpu.max`, `${quota === 0n ? 'max' : quota} ${cpuPeriod}`]];
  return [
    ...weight,
    [`cpu/${path}/cpu.cfs_period_us`, String(cpuPeriod)],
    [`cpu/${path}/cpu.cfs_quota_us`, String(quota === 0n ? -1n : quota)],
  ];
}

function memoryFiles({ memory }: Partial<PodCgroupLimits>, path: string, unified: boolean): Setting[] {
  if (memory === undefined) return [];
  return unified
    ? [[`${path}/memory.max`, memory === 0n ? 'max' : String(memory)]]
    : [[`memory/${path}/memory.limit_in_bytes`, String(memory === 0n ? -1n : memory)]];
}
