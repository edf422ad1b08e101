import { kill } from 'node:process';

/**
 * Kills processes of this host. Whether they have ended is for the caller to see; one that had ended before is no error.
 *
 * @throws the system's error (`EPERM`) where this process may not.
 */
export function killProcesses(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      kill(pid, 'SIGKILL');
    } catch (error) {
      if (!hasEnded(error)) throw error;
    }
  }
}

function hasEnded(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}
