import type { ActionOutcome, StepOf } from './engine-action.ts';
import { nextFailure, retrySoon } from './failure.ts';
import { startLane } from './lanes.ts';
import { allContainers, type Turn } from './turn.ts';

/**
 * A container was started, or was not, or nobody knows: the answer of a start that was done can be lost. What the runtime shows
 * decides. One that it still shows as created is started again, unless it refused: then it counts as ended.
 */
export function applyStarted(turn: Turn, step: StepOf<'start-container'>, outcome: ActionOutcome): void {
  const { container: name, containerId } = step;
  const seen = turn.observation.containers.find(({ id }) => id === containerId)?.state;
  if (outcome.ok || seen === 'running') {
    started(turn, name, containerId);
    return;
  }
  const { message, retryAfterMilliseconds } = outcome;
  turn.tell('Warning', 'Failed', `Error: ${message}`, name);
  if (outcome.failure === 'refused') {
    turn.setProgress(name, { refusedStart: { containerId, message, at: turn.now } });
    return;
  }
  turn.setProgress(name, { doubtfulStart: containerId });
  // One that has ended waits as any other that did.
  const before = turn.state.failures[outcome.lane];
  const failure = nextFailure(before, 'RunContainerError', message, turn.now, { ...retrySoon, retryAfterMilliseconds });
  turn.fail(outcome.lane, seen === 'exited' ? undefined : failure);
}

/** A start whose answer was lost may come true at any time. */
export function settleDoubtfulStarts(turn: Turn): void {
  for (const { name } of allContainers(turn.spec)) {
    const containerId = turn.progress(name).doubtfulStart;
    if (containerId === undefined || turn.isBusy(startLane(name))) continue;
    const run = turn.observation.containers.find(({ id }) => id === containerId);
    if (run?.state === 'running') started(turn, name, containerId);
    else if (run?.state !== 'created') turn.setProgress(name, { doubtfulStart: undefined });
  }
}

function started(turn: Turn, name: string, containerId: string): void {
  const lane = startLane(name);
  turn.fail(lane, undefined);
  turn.setProgress(name, { refusedStart: undefined, doubtfulStart: undefined, replace: undefined });
  turn.tell('Normal', 'Started', 'Container started', name);
  if (turn.container(name)?.lifecycle?.postStart === undefined || turn.state.stop !== undefined) return;
  turn.setProgress(name, { postStart: { containerId, phase: 'running' } });
  turn.begin(lane, { kind: 'run-post-start', container: name, containerId });
}
