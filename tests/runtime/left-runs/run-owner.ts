import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The process that a directory of this lane belongs to. */
export interface RunOwner {
  readonly pid: number;
  /** When it began, in clock ticks since the machine did: numbers of processes come again. */
  readonly started: string;
  /** Processes of other namespaces have other numbers, and are not seen from here. */
  readonly pidNamespace: string;
}

const fileName = 'owner.json';

/** Says in a directory whose it is, so that a later run can tell whether somebody still needs it. */
export function writeOwner(directory: string): void {
  writeFileSync(join(directory, fileName), JSON.stringify(thisProcess()), { flag: 'wx' });
}

/** Undefined for a directory that does not say, or that is going just now. */
export function readOwner(directory: string): RunOwner | undefined {
  const path = join(directory, fileName);
  if (!existsSync(path)) return undefined;
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return isOwner(found) ? found : undefined;
}

/** True when it can be told that nobody goes by the number of the owner any more, or that it is this process that does. */
export function hasEnded({ pid, started, pidNamespace }: RunOwner): boolean {
  const own = thisProcess();
  if (pidNamespace !== own.pidNamespace) return false;
  // What another process under this number has made would have the same names.
  return pid === own.pid ? started !== own.started : !existsSync(`/proc/${pid}`);
}

function thisProcess(): RunOwner {
  return { pid: process.pid, started: startOf(process.pid), pidNamespace: readlinkSync('/proc/self/ns/pid') };
}

/** Field 22 of stat, after a name in parentheses that may have anything in it. Source: proc_pid_stat(5). */
function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isOwner(value: unknown): value is RunOwner {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, started, pidNamespace } = value as Partial<Record<keyof RunOwner, unknown>>;
  return Number.isInteger(pid) && typeof started === 'string' && typeof pidNamespace === 'string';
}
