import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { entriesIn } from './entries-in.ts';
import { isMissing } from './is-missing.ts';
import { readText } from './read-text.ts';

/** What does not change while the host runs. */
export interface HostFacts {
  readonly cpus: number;
  readonly memoryBytes: bigint;
  /** For example `2MB`, with how many bytes of them there are. */
  readonly hugePages: readonly { readonly bytes: bigint; readonly totalBytes: bigint }[];
  /** Whether huge pages can be limited by cgroup. */
  readonly hugePageController: boolean;
  readonly unifiedCgroups: boolean;
  /** Whether swap can be limited by cgroup. */
  readonly swapController: boolean;
  readonly appArmor: boolean;
  readonly seLinux: boolean;
  /** The processors for which the kernel shows thermal data, by number. */
  readonly thermalProcessors: readonly number[];
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly architecture: string;
}

/** As the magic number of a cgroup2 file system, `CGROUP2_SUPER_MAGIC` in the kernel's headers. */
const cgroup2 = 0x63677270;

export async function readHostFacts(architecture: string): Promise<HostFacts> {
  const unifiedCgroups = await isUnified();
  const machineId = await text('/etc/machine-id');
  return {
    cpus: cpus().length,
    memoryBytes: BigInt(totalmem()),
    hugePages: await hugePages(),
    hugePageController: await hasHugePageController(unifiedCgroups),
    unifiedCgroups,
    swapController: await hasSwapController(unifiedCgroups),
    appArmor: (await text('/sys/module/apparmor/parameters/enabled')) === 'Y',
    // It is there where the kernel has SELinux, whether it enforces or only tells.
    seLinux: existsSync('/sys/fs/selinux/enforce'),
    thermalProcessors: await thermalProcessors(),
    machineId,
    systemUuid: (await text('/sys/class/dmi/id/product_uuid')) || machineId,
    bootId: await text('/proc/sys/kernel/random/boot_id'),
    kernelVersion: release(),
    osImage: await osImage(),
    architecture,
  };
}

async function text(path: string): Promise<string> {
  return (await readText(path)).trim();
}

async function isUnified(): Promise<boolean> {
  try {
    return (await statfs('/sys/fs/cgroup')).type === cgroup2;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The root of the unified hierarchy has no limits: it is looked for where this process is. */
async function hasSwapController(unified: boolean): Promise<boolean> {
  const own = /^0::(.*)$/mu.exec(await text('/proc/self/cgroup'))?.[1] ?? '';
  return existsSync(
    unified ? `/sys/fs/cgroup${own}/memory.swap.max` : '/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes',
  );
}

async function hasHugePageController(unified: boolean): Promise<boolean> {
  if (!unified) return existsSync('/sys/fs/cgroup/hugetlb');
  return (await text('/sys/fs/cgroup/cgroup.controllers')).split(/\s+/u).includes('hugetlb');
}

async function hugePages(): Promise<HostFacts['hugePages']> {
  const sizes = (await entriesIn('/sys/kernel/mm/hugepages')).flatMap(({ name }) => {
    const kilobytes = /^hugepages-(\d+)kB$/u.exec(name)?.[1];
    return kilobytes === undefined ? [] : [{ name, bytes: BigInt(kilobytes) * 1024n }];
  });
  return Promise.all(
    sizes.map(async ({ name, bytes }) => {
      const count = BigInt((await text(`/sys/kernel/mm/hugepages/${name}/nr_hugepages`)) || '0');
      return { bytes, totalBytes: count * bytes };
    }),
  );
}

async function thermalProcessors(): Promise<number[]> {
  const all = (await entriesIn('/sys/devices/system/cpu')).flatMap(({ name }) => /^cpu(\d+)$/u.exec(name)?.[1] ?? []);
  const isShown = (index: string): boolean => existsSync(`/sys/devices/system/cpu/cpu${index}/thermal_throttle`);
  return all.filter(isShown).map(Number);
}

async function osImage(): Promise<string> {
  const line = (await text('/etc/os-release')).split('\n').find((candidate) => candidate.startsWith('PRETTY_NAME='));
  return line?.slice('PRETTY_NAME='.length).replaceAll('"', '') ?? 'Linux';
}
