import type { ActionOutcome, StepOf } from './engine-action.ts';
import { withStop, type InFlight } from './engine-state.ts';
import { nextFailure, retryPull, retrySoon } from './failure.ts';
import { applyImageInspected, applyImagePulled } from './apply-image-outcome.ts';
import { applyProbe } from './apply-probe-outcome.ts';
import { applyStarted } from './apply-start-outcome.ts';
import { hasRun } from './plan-sandbox.ts';
import { refusedReason } from './pod-end.ts';
import { amountsOnly } from './resources.ts';
import { resizeWords } from './resize-words.ts';
import type { Turn } from './turn.ts';

/** Takes in how actions ended. One that nobody waits for any more changes nothing. */
export function applyOutcomes(turn: Turn): void {
  for (const outcome of turn.observation.outcomes) {
    const known = turn.state.inFlight[outcome.lane];
    if (known?.id !== outcome.id) continue;
    turn.free(outcome.lane);
    applyOutcome(turn, outcome, known);
  }
}

function applyOutcome(turn: Turn, outcome: ActionOutcome, { step, since }: InFlight): void {
  switch (step.kind) {
    case 'prepare-pod':
      applyPrepared(turn, step, outcome);
      return;
    case 'release-pod':
      if (outcome.ok) turn.setState({ released: true });
      failAndRetry(turn, outcome, 'FailedUnMount', { pull: true });
      return;
    case 'create-sandbox':
      if (outcome.ok) {
        turn.fail(outcome.lane, undefined);
        turn.setState({ podResources: amountsOnly(step.resources) });
      } else if (turn.state.stop === undefined) applySandboxFailed(turn, outcome);
      return;
    case 'stop-sandbox':
      if (!outcome.ok) turn.tell('Warning', 'FailedKillPod', `error killing pod: ${outcome.message}`);
      failAndRetry(turn, outcome, 'FailedKillPod');
      return;
    case 'inspect-image':
      applyImageInspected(turn, step, outcome);
      return;
    case 'pull-image':
      applyImagePulled(turn, step, since, outcome);
      return;
    case 'create-container':
      turn.setProgress(step.container, { image: undefined, volumeImages: undefined });
      if (outcome.ok) turn.tell('Normal', 'Created', 'Container created', step.container);
      else {
        turn.tell('Warning', 'Failed', `Error: ${outcome.message}`, step.container);
        failAndRetry(
          turn,
          outcome,
          outcome.failure === 'config' ? 'CreateContainerConfigError' : 'CreateContainerError',
        );
      }
      return;
    case 'start-container':
      applyStarted(turn, step, outcome);
      return;
    case 'run-post-start':
      applyPostStart(turn, step, outcome);
      return;
    case 'run-pre-stop': {
      const { container: name, containerId } = step;
      if (!outcome.ok) turn.tell('Warning', 'FailedPreStopHook', 'PreStopHook failed', name);
      const kill = turn.state.kills[containerId];
      if (kill !== undefined) turn.setKill(containerId, { ...kill, preStop: 'done' });
      return;
    }
    case 'stop-container':
      // The next look shows whether it has stopped. If not, it is asked again, not more often than failures are tried again.
      if (!outcome.ok)
        turn.tell('Warning', 'FailedKillPod', `error killing container: ${outcome.message}`, step.container);
      failAndRetry(turn, outcome, 'KillContainerError', { always: true });
      return;
    case 'remove-sandbox':
      failAndRetry(turn, outcome, 'RemovePodSandboxError');
      return;
    case 'remove-container':
      failAndRetry(turn, outcome, 'RemoveContainerError');
      return;
    case 'update-resources':
      applyResized(turn, step, outcome);
      return;
    case 'update-pod-resources':
      applyPodResized(turn, step, outcome);
      return;
    case 'probe':
      applyProbe(turn, step, outcome);
      return;
  }
}

/** A pod that the runtime refuses has ended, as one that is refused on its arrival; not one that has run before. */
function applySandboxFailed(turn: Turn, outcome: Extract<ActionOutcome, { readonly ok: false }>): void {
  const { failure, message } = outcome;
  if (failure === 'refused' && !hasRun(turn)) {
    turn.tell('Warning', refusedReason, message);
    turn.setState({ refusal: message });
    turn.state = withStop(turn.state, 'refused', 0, turn.now);
    return;
  }
  turn.tell('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`);
  failAndRetry(turn, outcome, 'FailedCreatePodSandBox');
}

function applyPrepared(turn: Turn, { version }: StepOf<'prepare-pod'>, outcome: ActionOutcome): void {
  if (outcome.ok) turn.setState({ preparedVersion: version });
  else if (turn.state.stop === undefined) turn.tell('Warning', 'FailedMount', outcome.message);
  failAndRetry(turn, outcome, 'FailedMount');
}

/** What a hook said may hold secrets: it is not in the event, as with the kubelet. */
function applyPostStart(turn: Turn, step: StepOf<'run-post-start'>, outcome: ActionOutcome): void {
  const { container: name, containerId } = step;
  turn.setProgress(name, { postStart: { containerId, phase: outcome.ok ? 'done' : 'failed' } });
  if (outcome.ok) return;
  turn.tell('Warning', 'FailedPostStartHook', 'PostStartHook failed', name);
  const failure = nextFailure(undefined, 'PostStartHookError', outcome.message, turn.now, retrySoon);
  turn.fail(outcome.lane, { ...failure, retryAt: turn.now });
}

function applyResized(turn: Turn, step: StepOf<'update-resources'>, outcome: ActionOutcome): void {
  const { container, containerId, resources } = step;
  if (outcome.ok) turn.setProgress(container, { resources: { containerId, given: amountsOnly(resources) } });
  failResize(turn, outcome);
}

function applyPodResized(turn: Turn, { resources }: StepOf<'update-pod-resources'>, outcome: ActionOutcome): void {
  if (outcome.ok) turn.setState({ podResources: amountsOnly(resources) });
  failResize(turn, outcome);
}

/** Tried again later; told again only when the reason is another one. */
function failResize(turn: Turn, outcome: ActionOutcome): void {
  const before = turn.state.failures[outcome.lane];
  if (!outcome.ok && before?.message !== outcome.message)
    turn.tell('Warning', 'ResizeError', resizeWords('error', turn.pod, outcome.message));
  failAndRetry(turn, outcome, 'ResizeError', { pull: true });
}

/** `always`: a success is looked at again too, after the same time. `pull`: with the longer waits. */
function failAndRetry(
  turn: Turn,
  outcome: ActionOutcome,
  reason: string,
  options: { readonly always?: boolean; readonly pull?: boolean } = {},
): void {
  const before = turn.state.failures[outcome.lane];
  if (outcome.ok && options.always !== true) {
    turn.fail(outcome.lane, undefined);
    return;
  }
  const message = outcome.ok ? 'still there' : outcome.message;
  const retryAfterMilliseconds = outcome.ok ? undefined : outcome.retryAfterMilliseconds;
  const waits = options.pull === true ? retryPull : retrySoon;
  turn.fail(outcome.lane, nextFailure(before, reason, message, turn.now, { ...waits, retryAfterMilliseconds }));
}
