import type { PodEvent } from '../../provider/provider-context.ts';
import type { PodStatus } from '../../provider/wire.ts';
import { applyOutcomes } from './apply-outcomes.ts';
import { settleDoubtfulStarts } from './apply-start-outcome.ts';
import type { Cancellation, EngineAction } from './engine-action.ts';
import { enginePodStatus } from './engine-pod-status.ts';
import { withStop, type PodEngineState } from './engine-state.ts';
import { planCleanUp } from './plan-clean-up.ts';
import { planContainers } from './plan-containers.ts';
import { planEphemeralContainers } from './plan-ephemeral-containers.ts';
import { planPrepare } from './plan-host.ts';
import { planImagesAhead } from './plan-images-ahead.ts';
import { planInitContainers } from './plan-init-containers.ts';
import { planKills, podGraceSeconds, settleKills } from './plan-kill.ts';
import { planProbes, settleProbes } from './plan-probes.ts';
import { noteResize, planPodResize } from './plan-resize.ts';
import { planRestartAll } from './plan-restart-all.ts';
import { planOlderRuns } from './plan-older-runs.ts';
import { planSandbox } from './plan-sandbox.ts';
import { planAfterEnd, planStop } from './plan-stop.ts';
import { settleRunTimes } from './run-times.ts';
import { Turn, type EngineInput } from './turn.ts';

export interface EngineResult {
  readonly state: PodEngineState;
  /** To be done now; each comes back as an outcome. */
  readonly actions: readonly EngineAction[];
  readonly cancellations: readonly Cancellation[];
  readonly events: readonly PodEvent[];
  readonly status: PodStatus;
  /** Milliseconds since the epoch: when the machine wants to be asked again though nothing happened. */
  readonly nextDeadline?: number;
}

/**
 * The pod engine: what to do next for one pod, and how it stands. A pure function: no clock, no input or output. Asked again
 * with what it gave and the same observation, it begins nothing twice.
 */
export function advance(input: EngineInput): EngineResult {
  const turn = new Turn(input);
  applyOutcomes(turn);
  settleDoubtfulStarts(turn);
  settleRunTimes(turn);
  settleKills(turn);
  settleProbes(turn);
  noteStart(turn);
  if (turn.state.end === undefined) planLife(turn);
  if (turn.state.end !== undefined) planAfterEnd(turn);
  const status = enginePodStatus(turn);
  const shown = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  turn.setState({ shown: Object.fromEntries(shown.map((container) => [container.name, container])) });
  return {
    state: turn.state,
    actions: turn.actions,
    cancellations: turn.cancellations,
    events: turn.events,
    status,
    ...(Number.isFinite(turn.deadline) && { nextDeadline: turn.deadline }),
  };
}

/**
 * Before the runtime was looked at for the first time: begins what has to be done whatever it has of the pod. That look then takes no
 * time of its own. The observation counts for nothing.
 */
export function advanceUnseen(input: EngineInput): Pick<EngineResult, 'state' | 'actions'> {
  const turn = new Turn(input);
  if (turn.state.end === undefined && turn.state.stop === undefined) planPrepare(turn);
  return { state: turn.state, actions: turn.actions };
}

function planLife(turn: Turn): void {
  planActiveDeadline(turn);
  if (turn.state.stop === undefined) planPrepare(turn);
  planSandboxUnlessStopping(turn);
  if (turn.state.stop !== undefined) {
    planStop(turn);
    planProbes(turn);
    return;
  }
  if (turn.sandbox === undefined) {
    planImagesAhead(turn);
    return;
  }
  if (turn.state.restartingAll === true) planRestartAll(turn);
  if (turn.state.restartingAll === true) return;
  planPodResize(turn);
  planOlderRuns(turn);
  planEphemeralContainers(turn);
  if (planInitContainers(turn)) planContainers(turn);
  planKills(turn);
  planProbes(turn);
  planCleanUp(turn);
  noteResize(turn);
  // What was just found out is acted on at once, not at the next occasion.
  if (turn.state.stop !== undefined) planStop(turn);
  else if (turn.state.restartingAll !== undefined) planRestartAll(turn);
}

/** A pod that stops needs no sandbox that it does not have; the one that it has tells in which its containers are. */
function planSandboxUnlessStopping(turn: Turn): void {
  if (turn.state.stop === undefined) planSandbox(turn);
  else turn.sandbox = turn.observation.sandboxes.find(({ state }) => state === 'ready');
}

/** A pod is taken when the machine sees it for the first time, and no later than its first sandbox, whichever process made it. */
function noteStart(turn: Turn): void {
  const [first] = turn.observation.sandboxes.toSorted((a, b) => a.createdAt - b.createdAt);
  const { startedAt, acceptedAt = turn.now } = turn.state;
  if (startedAt !== undefined) return;
  const since = Math.min(acceptedAt, first?.createdAt ?? turn.now, turn.now);
  if (since !== turn.state.acceptedAt) turn.setState({ acceptedAt: since });
  if (first !== undefined) turn.setState({ startedAt: since });
}

function planActiveDeadline(turn: Turn): void {
  const { activeDeadlineSeconds } = turn.spec;
  const { acceptedAt, stop } = turn.state;
  if (activeDeadlineSeconds === undefined || acceptedAt === undefined || stop !== undefined) return;
  const deadline = acceptedAt + activeDeadlineSeconds * 1000;
  if (turn.now < deadline) {
    turn.wakeAt(deadline);
    return;
  }
  turn.tell('Normal', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline');
  turn.state = withStop(turn.state, 'deadline-exceeded', podGraceSeconds(turn.spec), turn.now);
}
