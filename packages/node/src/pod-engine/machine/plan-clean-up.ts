import { removeLane } from './lanes.ts';
import { mayRun } from './observation.ts';
import { allContainers, type Turn } from './turn.ts';

/** The newest run and the one before it stay: the one is shown, the other holds the previous log. */
const keptRuns = 2;

/** Removes older runs of containers that were restarted often. */
export function planCleanUp(turn: Turn): void {
  for (const { name } of allContainers(turn.spec)) {
    const old = turn
      .runs(name)
      .slice(keptRuns)
      .find((run) => !mayRun(run));
    const lane = removeLane(name);
    if (old === undefined || turn.isBusy(lane) || turn.isHeldUp(lane)) continue;
    turn.begin(lane, { kind: 'remove-container', container: name, containerId: old.id });
  }
}
