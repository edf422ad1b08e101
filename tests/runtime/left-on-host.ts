import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Kills what keeps the containers of a runtime, and their first processes: it outlives the daemon on purpose. */
export function endProcesses(keepsContainers: (commandLine: readonly string[]) => boolean): void {
  const keepers = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((pid) => keepsContainers(commandLine(pid)));
  for (const pid of keepers.flatMap((keeper) => [...childrenOf(keeper), keeper])) endProcess(pid);
}

/** Removes every mount below the directory, the deepest first. */
export function unmountBelow(directory: string): void {
  const targets = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(`${directory}/`))
    .toSorted((a, b) => b.length - a.length);
  for (const target of targets) execFileSync('umount', ['-l', target]);
}

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** Empty when it has ended. */
function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Kills a process; one that has ended already is a success. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
