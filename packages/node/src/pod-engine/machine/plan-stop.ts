import { podEnd } from './pod-end.ts';
import { sandboxLane } from './lanes.ts';
import { planRelease } from './plan-host.ts';
import { mayRun } from './observation.ts';
import { planKills, requestKill } from './plan-kill.ts';
import type { Turn } from './turn.ts';

/** Stops the whole pod: nothing is started any more, what runs is stopped in order, and when nothing runs the pod has ended. */
export function planStop(turn: Turn): void {
  for (const [lane, { step }] of Object.entries(turn.state.inFlight)) {
    const { kind } = step;
    if (
      kind === 'inspect-image' ||
      kind === 'pull-image' ||
      kind === 'update-resources' ||
      kind === 'update-pod-resources'
    )
      turn.cancel(lane);
    else if (kind === 'create-sandbox' || kind === 'prepare-pod') turn.hurry(lane);
  }
  const running = turn.observation.containers.filter(mayRun);
  for (const run of running) requestKill(turn, run, 'pod-stop');
  planKills(turn);
  if (running.length === 0 && !isStarting(turn)) turn.setState({ end: podEnd(turn) });
}

/** Something is under way that may bring a container to life. */
function isStarting(turn: Turn): boolean {
  return Object.values(turn.state.inFlight).some(
    ({ step: { kind } }) => kind === 'create-sandbox' || kind === 'create-container' || kind === 'start-container',
  );
}

/** After the end: what should not run is stopped, the sandboxes too. They are removed when the pod is. */
export function planAfterEnd(turn: Turn): void {
  for (const [lane, { step }] of Object.entries(turn.state.inFlight)) if (step.kind === 'probe') turn.cancel(lane);
  const running = turn.observation.containers.filter(mayRun);
  for (const run of running) requestKill(turn, run, 'pod-stop');
  planKills(turn);
  if (running.length > 0 || turn.isBusy(sandboxLane)) return;
  const ready = turn.observation.sandboxes.find(({ state }) => state === 'ready');
  if (ready === undefined) {
    planRelease(turn);
    return;
  }
  if (turn.isHeldUp(sandboxLane)) return;
  turn.begin(sandboxLane, { kind: 'stop-sandbox', sandboxId: ready.id });
}
