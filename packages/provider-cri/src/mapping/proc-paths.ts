/** What a container must not see of the host, and what it must not change. The kubelet's lists. */
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

export interface ProcPaths {
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}

/** By `securityContext.procMount`. */
export function procPaths(procMount: string | undefined, processors: readonly number[]): ProcPaths {
  if (procMount === 'Unmasked') return { maskedPaths: [], readonlyPaths: [] };
  const throttles = processors.map((index) => `/sys/devices/system/cpu/cpu${index}/thermal_throttle`);
  return { maskedPaths: [...maskedPaths, ...throttles], readonlyPaths };
}
