import { nextFailure, retryPull } from './failure.ts';
import { removeLane, startLane } from './lanes.ts';
import { mayRun } from './observation.ts';
import { planKills, requestKill } from './plan-kill.ts';
import { restartDecision } from './restart-decision.ts';
import type { Turn } from './turn.ts';

const lane = 'restart-all';
const stableAfter = 2 * retryPull.maximumMilliseconds;

/**
 * All containers of the pod start anew, in the sandbox that is there (KEP-5532). Those that are in the way are stopped without
 * grace and removed, the one that asked for it last: a process that starts again meanwhile finds it and goes on.
 */
export function planRestartAll(turn: Turn): void {
  const names = new Set([...(turn.spec.initContainers ?? []), ...turn.spec.containers].map(({ name }) => name));
  const runs = turn.observation.containers.filter(({ name }) => names.has(name));
  const busy = [...names].filter((name) => endStart(turn, name) || turn.isBusy(removeLane(name)));
  if (runs.length === 0 && busy.length === 0) {
    finish(turn);
    return;
  }
  const running = runs.filter(mayRun);
  for (const run of running) requestKill(turn, run, 'restart-all', 'killing');
  planKills(turn);
  if (running.length > 0 || busy.length > 0) return;
  const others = runs.filter((run) => !hasAsked(turn, run.name, run.exitCode));
  for (const run of others.length > 0 ? others : runs) {
    const remove = removeLane(run.name);
    if (turn.isBusy(remove) || turn.isHeldUp(remove)) continue;
    turn.begin(remove, { kind: 'remove-container', container: run.name, containerId: run.id });
  }
}

/** Ends what is under way to start a container. True when something is that has to be waited for. */
function endStart(turn: Turn, name: string): boolean {
  const under = turn.stepIn(startLane(name));
  if (under === undefined) return false;
  if (under.kind === 'create-container' || under.kind === 'start-container') return true;
  turn.cancel(startLane(name));
  return false;
}

function hasAsked(turn: Turn, name: string, exitCode: number | undefined): boolean {
  const container = turn.container(name);
  return container !== undefined && restartDecision(container, turn.spec, exitCode ?? 0) === 'restart-all';
}

/** The first time at once, then after a back-off like that of a single container: nothing else would slow it down. */
function finish(turn: Turn): void {
  const before = turn.state.failures[lane];
  if (turn.isHeldUp(lane)) return;
  turn.setState({ restartingAll: undefined });
  const recent = before !== undefined && turn.now - before.at <= stableAfter ? before : undefined;
  turn.fail(lane, nextFailure(recent, 'RestartAllContainers', '', turn.now, retryPull));
}
