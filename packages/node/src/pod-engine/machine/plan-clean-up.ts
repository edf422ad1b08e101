import { removeLane, removeSandboxLane } from './lanes.ts';
import { mayRun } from './observation.ts';
import { allContainers, type Turn } from './turn.ts';

/** The newest run and the one before it stay: the one is shown, the other holds the previous log. */
const keptRuns = 2;

/** Removes older runs of containers that were restarted often, and sandboxes that were replaced. */
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
  removeReplacedSandbox(turn);
}

/**
 * A sandbox that has failed holds its address, and whatever is left of it, until it is removed. While it has a run that is kept for
 * its log it stays: the run would go with it.
 */
function removeReplacedSandbox(turn: Turn): void {
  const { sandboxes, containers } = turn.observation;
  const replaced = sandboxes.find(
    ({ id, state }) =>
      id !== turn.sandbox?.id && state === 'notready' && !containers.some(({ sandboxId }) => sandboxId === id),
  );
  if (replaced === undefined || turn.isBusy(removeSandboxLane) || turn.isHeldUp(removeSandboxLane)) return;
  turn.begin(removeSandboxLane, { kind: 'remove-sandbox', sandboxId: replaced.id });
}
