import { removeLane } from './lanes.ts';
import { mayRun } from './observation.ts';
import { requestKill } from './plan-kill.ts';
import { allContainers, type Turn } from './turn.ts';

/**
 * Ends what is left of older runs beside the newest: at most one run of a container lives. One that was never started is removed,
 * since its start may come true as long as it is there.
 */
export function planOlderRuns(turn: Turn): void {
  for (const { name } of allContainers(turn.spec)) {
    for (const run of turn.runs(name).slice(1)) {
      if (mayRun(run)) requestKill(turn, run, 'superseded', `Container ${name} has a newer run`);
      else if (run.state === 'created') removeCreated(turn, name, run.id);
    }
  }
}

/** Takes a run away that was never started. */
export function removeCreated(turn: Turn, name: string, containerId: string): void {
  const lane = removeLane(name);
  if (!turn.isBusy(lane) && !turn.isHeldUp(lane))
    turn.begin(lane, { kind: 'remove-container', container: name, containerId });
}
