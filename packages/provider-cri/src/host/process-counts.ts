import { readText } from './read-text.ts';

/** How many processes and threads there are on this host, and may be; 0 where the kernel does not say. */
export async function processCounts(): Promise<{ readonly running: number; readonly maximum: number }> {
  const [load, most] = await Promise.all([readText('/proc/loadavg'), readText('/proc/sys/kernel/pid_max')]);
  return { running: Number(/\d+\/(\d+)/u.exec(load)?.[1] ?? 0), maximum: Number(most.trim()) };
}
