import { podEnd } from './pod-end.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { PodEngineState } from './engine-state.ts';
import { sandboxLane, startLane } from './lanes.ts';
import { removeCreated } from './plan-older-runs.ts';
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
  const startable = startableRuns(turn);
  for (const { name, id } of startable) removeCreated(turn, name, id);
  if (running.length === 0 && startable.length === 0 && !isStarting(turn)) turn.setState({ end: podEnd(turn) });
}

/** A start that was given up, of this process or one before, may come true as long as its container is there and its sandbox runs. */
function startableRuns({ observation, state }: Turn): RuntimeContainer[] {
  const ready = new Set(observation.sandboxes.filter((sandbox) => sandbox.state === 'ready').map(({ id }) => id));
  return observation.containers.filter(
    (run) =>
      run.state === 'created' &&
      ready.has(run.sandboxId) &&
      state.containers[run.name]?.refusedStart?.containerId !== run.id &&
      !isStartingNow(state, run),
  );
}

function isStartingNow({ inFlight }: PodEngineState, { id, name }: RuntimeContainer): boolean {
  const step = inFlight[startLane(name)]?.step;
  return step?.kind === 'start-container' && step.containerId === id;
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
