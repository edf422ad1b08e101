import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { isMissing } from './is-missing.ts';

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

export function readHostFacts(architecture: string): HostFacts {
  const unifiedCgroups = isUnified();
  return {
    cpus: cpus().length,
    memoryBytes: BigInt(totalmem()),
    hugePages: hugePages(),
    hugePageController: hasHugePageController(unifiedCgroups),
    unifiedCgroups,
    swapController: hasSwapController(unifiedCgroups),
    appArmor: text('/sys/module/apparmor/parameters/enabled') === 'Y',
    // It is there where the kernel has SELinux, whether it enforces or only tells.
    seLinux: existsSync('/sys/fs/selinux/enforce'),
    thermalProcessors: thermalProcessors(),
    machineId: text('/etc/machine-id'),
    systemUuid: text('/sys/class/dmi/id/product_uuid') || text('/etc/machine-id'),
    bootId: text('/proc/sys/kernel/random/boot_id'),
    kernelVersion: release(),
    osImage: osImage(),
    architecture,
  };
}

/** Empty where it cannot be read. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function names(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isUnified(): boolean {
  try {
    return statfsSync('/sys/fs/cgroup').type === cgroup2;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The root of the unified hierarchy has no limits: it is looked for where this process is. */
function hasSwapController(unified: boolean): boolean {
  const own = /^0::(.*)$/mu.exec(text('/proc/self/cgroup'))?.[1] ?? '';
  return existsSync(
    unified ? `/sys/fs/cgroup${own}/memory.swap.max` : '/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes',
  );
}

function hasHugePageController(unified: boolean): boolean {
  if (!unified) return existsSync('/sys/fs/cgroup/hugetlb');
  return text('/sys/fs/cgroup/cgroup.controllers').split(/\s+/u).includes('hugetlb');
}

function hugePages(): HostFacts['hugePages'] {
  return names('/sys/kernel/mm/hugepages').flatMap((name) => {
    const kilobytes = /^hugepages-(\d+)kB$/u.exec(name)?.[1];
    if (kilobytes === undefined) return [];
    const bytes = BigInt(kilobytes) * 1024n;
    const count = BigInt(text(`/sys/kernel/mm/hugepages/${name}/nr_hugepages`) || '0');
    return [{ bytes, totalBytes: count * bytes }];
  });
}

function thermalProcessors(): number[] {
  return names('/sys/devices/system/cpu').flatMap((name) => {
    const index = /^cpu(\d+)$/u.exec(name)?.[1];
    return index !== undefined && names(`/sys/devices/system/cpu/${name}/thermal_throttle`).length > 0
      ? [Number(index)]
      : [];
  });
}

function osImage(): string {
  const line = text('/etc/os-release')
    .split('\n')
    .find((candidate) => candidate.startsWith('PRETTY_NAME='));
  return line?.slice('PRETTY_NAME='.length).replaceAll('"', '') ?? 'Linux';
}
