import type { RuntimeContainer } from '../runtime/container.ts';
import { allContainers, type Turn } from './turn.ts';

/**
 * Notes when a run was first seen to have started and ended. The runtime tells both by the wall clock, which may jump: nothing
 * has happened later than it was seen, or a container would wait for a time that is an hour away.
 */
export function settleRunTimes(turn: Turn): void {
  for (const { name } of allContainers(turn.spec)) {
    const run = turn.latest(name);
    if (run === undefined || run.state === 'created') continue;
    const known = turn.progress(name).times;
    const same = known?.containerId === run.id ? known : undefined;
    const startedAt = same?.startedAt ?? Math.min(run.startedAt ?? run.createdAt, turn.now);
    const endedAt =
      run.state === 'exited' ? (same?.endedAt ?? Math.min(run.finishedAt ?? run.createdAt, turn.now)) : undefined;
    if (same !== undefined && same.endedAt === endedAt) continue;
    const times = { containerId: run.id, startedAt, ...(endedAt !== undefined && { endedAt }) };
    turn.setProgress(name, { times });
  }
}

/** When a run started, in the machine's time. */
export function startOf(turn: Turn, run: RuntimeContainer): number {
  const { times } = turn.progress(run.name);
  return times?.containerId === run.id ? times.startedAt : (run.startedAt ?? run.createdAt);
}

/** When a run that has ended did so, in the machine's time. */
export function endOf(turn: Turn, run: RuntimeContainer): number {
  const { times } = turn.progress(run.name);
  const seen = times?.containerId === run.id ? times.endedAt : undefined;
  return seen ?? run.finishedAt ?? run.createdAt;
}
