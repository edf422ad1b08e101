import type { ActionOutcome } from './engine-action.ts';
import type { InFlight } from './engine-state.ts';
import { nextFailure, retryPull, retrySoon } from './failure.ts';
import { applyImageInspected, applyImagePulled } from './apply-image-outcome.ts';
import { applyProbe } from './apply-probe-outcome.ts';
import { resourcesJson } from './pod-resources.ts';
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

function applyOutcome(turn: Turn, outcome: ActionOutcome, known: InFlight): void {
  const name = containerOf(outcome.lane);
  switch (known.kind) {
    case 'prepare-pod':
      applyPrepared(turn, known, outcome);
      return;
    case 'release-pod':
      if (outcome.ok) turn.setState({ released: true });
      failAndRetry(turn, outcome, 'FailedUnMount', { pull: true });
      return;
    case 'create-sandbox':
      if (outcome.ok) {
        turn.fail(outcome.lane, undefined);
        turn.setState({ podResources: resourcesJson(turn.spec.resources) });
      } else if (turn.state.stop === undefined) {
        turn.tell('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${outcome.message}`);
        failAndRetry(turn, outcome, 'FailedCreatePodSandBox');
      }
      return;
    case 'stop-sandbox':
      if (!outcome.ok) turn.tell('Warning', 'FailedKillPod', `error killing pod: ${outcome.message}`);
      failAndRetry(turn, outcome, 'FailedKillPod');
      return;
    case 'inspect-image':
      applyImageInspected(turn, name, known, outcome);
      return;
    case 'pull-image':
      applyImagePulled(turn, name, known, outcome);
      return;
    case 'create-container':
      turn.setProgress(name, { image: undefined });
      if (outcome.ok) turn.tell('Normal', 'Created', 'Container created', name);
      else {
        turn.tell('Warning', 'Failed', `Error: ${outcome.message}`, name);
        failAndRetry(
          turn,
          outcome,
          outcome.failure === 'config' ? 'CreateContainerConfigError' : 'CreateContainerError',
        );
      }
      return;
    case 'start-container':
      applyStarted(turn, name, known, outcome);
      return;
    case 'run-post-start':
      applyPostStart(turn, name, known, outcome);
      return;
    case 'run-pre-stop': {
      if (!outcome.ok) turn.tell('Warning', 'FailedPreStopHook', 'PreStopHook failed', name);
      const { kill } = turn.progress(name);
      if (kill !== undefined && kill.containerId === known.subject)
        turn.setProgress(name, { kill: { ...kill, preStop: 'done' } });
      return;
    }
    case 'stop-container':
      // The next look shows whether it has stopped. If not, it is asked again, not more often than failures are tried again.
      if (!outcome.ok) turn.tell('Warning', 'FailedKillPod', `error killing container: ${outcome.message}`, name);
      failAndRetry(turn, outcome, 'KillContainerError', { always: true });
      return;
    case 'remove-sandbox':
      failAndRetry(turn, outcome, 'RemovePodSandboxError');
      return;
    case 'remove-container':
      failAndRetry(turn, outcome, 'RemoveContainerError');
      return;
    case 'update-resources':
      applyResized(turn, name, known, outcome);
      return;
    case 'update-pod-resources':
      applyPodResized(turn, outcome);
      return;
    case 'probe':
      applyProbe(turn, outcome, known);
      return;
  }
}

function applyPrepared(turn: Turn, known: InFlight, outcome: ActionOutcome): void {
  if (outcome.ok) turn.setState({ preparedVersion: Number(known.subject) });
  else if (turn.state.stop === undefined) turn.tell('Warning', 'FailedMount', outcome.message);
  failAndRetry(turn, outcome, 'FailedMount');
}

function applyStarted(turn: Turn, name: string, known: InFlight, outcome: ActionOutcome): void {
  const containerId = known.subject ?? '';
  if (!outcome.ok) {
    turn.tell('Warning', 'Failed', `Error: ${outcome.message}`, name);
    turn.setProgress(name, { failedStart: { containerId, message: outcome.message, at: turn.now } });
    return;
  }
  turn.fail(outcome.lane, undefined);
  turn.setProgress(name, { failedStart: undefined, replace: undefined });
  turn.tell('Normal', 'Started', 'Container started', name);
  const stopping = turn.state.stop !== undefined;
  if (turn.container(name)?.lifecycle?.postStart === undefined || stopping) return;
  turn.setProgress(name, { postStart: { containerId, phase: 'running' } });
  turn.begin(outcome.lane, { kind: 'run-post-start', container: name, containerId });
}

/** What a hook said may hold secrets: it is not in the event, as with the kubelet. */
function applyPostStart(turn: Turn, name: string, known: InFlight, outcome: ActionOutcome): void {
  const containerId = known.subject ?? '';
  turn.setProgress(name, { postStart: { containerId, phase: outcome.ok ? 'done' : 'failed' } });
  if (outcome.ok) return;
  turn.tell('Warning', 'FailedPostStartHook', 'PostStartHook failed', name);
  const failure = nextFailure(undefined, 'PostStartHookError', outcome.message, turn.now, retrySoon);
  turn.fail(outcome.lane, { ...failure, retryAt: turn.now });
}

function applyResized(turn: Turn, name: string, known: InFlight, outcome: ActionOutcome): void {
  const container = turn.container(name);
  if (outcome.ok && container !== undefined) {
    const json = resourcesJson(container.resources);
    turn.setProgress(name, { resources: { containerId: known.subject ?? '', json } });
  }
  failResize(turn, outcome);
}

function applyPodResized(turn: Turn, outcome: ActionOutcome): void {
  if (outcome.ok) turn.setState({ podResources: resourcesJson(turn.spec.resources) });
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

/** The lanes of a container are `kind/name` and `kind/name/...`. */
function containerOf(lane: string): string {
  return lane.split('/')[1] ?? '';
}
