import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceRequirements } from '@vk/node/provider';
import { cpuShares } from '../mapping/linux-resources.ts';
import { milliValue, wholeValue } from '../mapping/quantity.ts';

export interface PodCgroup {
  /** Below the roots of the hierarchies; the runtime has made it. */
  readonly path: string;
  /** Whether this host has the unified cgroup hierarchy (version 2). */
  readonly unified: boolean;
  readonly cpuCfsQuota: boolean;
  /** Where the hierarchies are; another place for tests. */
  readonly root?: string;
}

/** Microseconds; the kernel's default. */
const period = 100_000n;
const smallestQuota = 1_000n;

/**
 * Gives the cgroup of a pod what the pod as a whole may have (`spec.resources`): the kubelet does so itself too, since runtimes
 * look after the cgroups of containers only. What is not limited, or no longer, has no limit.
 */
export async function limitPodCgroup(
  resources: ResourceRequirements,
  { path, unified, cpuCfsQuota, root = '/sys/fs/cgroup' }: PodCgroup,
): Promise<void> {
  const { limits = {}, requests = {} } = resources;
  const cpuLimit = cpuCfsQuota ? (milliValue(limits['cpu']) ?? 0n) : 0n;
  const memory = wholeValue(limits['memory']) ?? 0n;
  const request = milliValue(requests['cpu'] ?? limits['cpu']);
  const wanted = { quota: quotaOf(cpuLimit), memory, ...(request !== undefined && { shares: cpuShares(request) }) };
  for (const [file, value] of unified ? unifiedFiles(wanted, path) : separateFiles(wanted, path)) {
    await writeFile(join(root, file), value);
  }
}

interface Wanted {
  /** 0 for no limit, here and below. */
  readonly quota: bigint;
  readonly memory: bigint;
  readonly shares?: bigint;
}

function quotaOf(milli: bigint): bigint {
  const quota = (milli * period) / 1000n;
  return milli > 0n && quota < smallestQuota ? smallestQuota : quota;
}

function unifiedFiles({ quota, memory, shares }: Wanted, path: string): [file: string, value: string][] {
  return [
    ...(shares === undefined ? [] : [[`${path}/cpu.weight`, String(weightOf(shares))] as [string, string]]),
    [`${path}/cpu.max`, `${quota === 0n ? 'max' : quota} ${period}`],
    [`${path}/memory.max`, memory === 0n ? 'max' : String(memory)],
  ];
}

/** Shares from 2 to 262144 as weights from 1 to 10000, by the kubelet's formula. */
function weightOf(shares: bigint): bigint {
  return 1n + ((shares - 2n) * 9999n) / 262_142n;
}

function separateFiles({ quota, memory, shares }: Wanted, path: string): [file: string, value: string][] {
  return [
    ...(shares === undefined ? [] : [[`cpu/${path}/cpu.shares`, String(shares)] as [string, string]]),
    [`cpu/${path}/cpu.cfs_period_us`, String(period)],
    [`cpu/${path}/cpu.cfs_quota_us`, quota === 0n ? '-1' : String(quota)],
    [`memory/${path}/memory.limit_in_bytes`, memory === 0n ? '-1' : String(memory)],
  ];
}
