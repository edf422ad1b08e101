import { formatFieldErrors, type FieldError } from '../../provider/field-error.ts';
import type { PodRejection } from '../../provider/pod-admission.ts';
import { isTerminalPhase } from '../../provider/pod-phase.ts';
import type { ContainerState, ContainerStatus, Pod, PodStatus } from '../../provider/wire.ts';

/** A pod that can never run again under its restart policy ends as Failed; others may still run, and stay Pending. */
function failurePhase(pod: Pod): 'Failed' | 'Pending' {
  return pod.spec?.restartPolicy === 'Never' ? 'Failed' : 'Pending';
}

function waitingContainers(
  pod: Pod,
  waiting: { readonly reason: string; readonly message?: string },
): ContainerStatus[] {
  return (pod.spec?.containers ?? []).map((container) => ({
    name: container.name,
    image: container.image ?? '',
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting },
  }));
}

/** The reasons of the kubelet for fields that make it reject a pod. None of them can change: the pod could not run here later either. */
const rejectionReasons: readonly (readonly [RegExp, string])[] = [
  [/^spec\.os\.name$/, 'PodOSNotSupported'],
  [/^spec\.securityContext\.sysctls\b/, 'SysctlForbidden'],
];

/**
 * The backend cannot honour these fields. What a kubelet rejects ends at once, whatever its restart policy, with the kubelet's
 * reason: its controller makes another pod, which may land elsewhere.
 */
export function refusedStatus(pod: Pod, errors: readonly FieldError[]): PodStatus {
  const message = formatFieldErrors(errors);
  const rejection = rejectionReasons.find(([pattern]) => errors.some(({ field }) => pattern.test(field)));
  if (rejection !== undefined) return { phase: 'Failed', reason: rejection[1], message };
  return { phase: failurePhase(pod), reason: 'ProviderRefused', message };
}

/** The node does not take the pod: it ends at once, whatever its restart policy, in the kubelet's words. */
export function rejectedStatus({ reason, message }: PodRejection): PodStatus {
  return { phase: 'Failed', reason, message: `Pod was rejected: ${message}` };
}

/** The provider failed and will not be asked again before the pod changes. */
export function finalFailureStatus(pod: Pod, message: string): PodStatus {
  return { phase: failurePhase(pod), reason: 'ProviderFailed', message };
}

/**
 * The provider failed and is asked again. Pending whatever the restart policy: a terminal phase would be for ever, while
 * the pod may well run after the next try, or run already.
 */
export function transientFailureStatus(message: string): PodStatus {
  return { phase: 'Pending', reason: 'ProviderFailed', message };
}

/** Something that the pod refers to is missing. The container state is the kubelet's, so that `kubectl get` shows it. */
export function configErrorStatus(pod: Pod, message: string): PodStatus {
  return {
    phase: 'Pending',
    reason: 'CreateContainerConfigError',
    message,
    containerStatuses: waitingContainers(pod, { reason: 'CreateContainerConfigError', message }),
  };
}

/** The pod was to be done by now, and nothing of it runs. The words are the kubelet's. */
export function deadlineExceededStatus(): PodStatus {
  const message = 'Pod was active on the node longer than the specified deadline';
  return { phase: 'Failed', reason: 'DeadlineExceeded', message };
}

/** Taken, not yet created: the acknowledgement for a backend that forgets finished pods. */
export function acknowledgedStatus(pod: Pod, now: string): PodStatus {
  return {
    phase: 'Pending',
    startTime: now,
    containerStatuses: waitingContainers(pod, { reason: 'ContainerCreating' }),
  };
}

/** The backend has no such pod any more, though it had started. */
export function lostStatus(pod: Pod, now: string): PodStatus {
  const message = 'The pod was not found in the backend after it had started.';
  return { ...withContainersEnded(pod, pod.status, message, now), phase: 'Failed', reason: 'NotFound', message };
}

/**
 * The last status of a pod that was deleted: what the backend reported, brought to a terminal phase. Containers whose end
 * nobody saw get the kubelet's exit code 137 and reason ContainerStatusUnknown.
 */
export function endedStatus(pod: Pod, reported: PodStatus | undefined, now: string): PodStatus {
  const ended = withContainersEnded(
    pod,
    reported ?? pod.status,
    'The container could not be located when the pod was terminated',
    now,
  );
  if (isTerminalPhase(ended.phase)) return ended;
  const exits = [...(ended.initContainerStatuses ?? []), ...(ended.containerStatuses ?? [])].map(
    (container) => container.state?.terminated?.exitCode,
  );
  const succeeded = exits.length > 0 && exits.every((code) => code === 0);
  return { ...ended, phase: succeeded ? 'Succeeded' : 'Failed' };
}

function withContainersEnded(pod: Pod, status: PodStatus | undefined, message: string, now: string): PodStatus {
  const end = (container: ContainerStatus): ContainerStatus => {
    if (container.state?.terminated !== undefined) return { ...container, ready: false, started: false };
    const startedAt = container.state?.running?.startedAt;
    const terminated: ContainerState['terminated'] = {
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      message,
      ...(startedAt !== undefined && { startedAt, finishedAt: now }),
    };
    return { ...container, ready: false, started: false, state: { terminated } };
  };
  const known = new Set((status?.containerStatuses ?? []).map((container) => container.name));
  const missing = waitingContainers(pod, { reason: 'ContainerCreating' }).filter(
    (container) => !known.has(container.name),
  );
  const { conditions: _replaced, observedGeneration: _generation, ...rest } = status ?? {};
  return {
    ...rest,
    ...(status?.initContainerStatuses !== undefined && {
      initContainerStatuses: status.initContainerStatuses.map(end),
    }),
    containerStatuses: [...(status?.containerStatuses ?? []), ...missing].map(end),
    ...(status?.ephemeralContainerStatuses !== undefined && {
      ephemeralContainerStatuses: status.ephemeralContainerStatuses.map(end),
    }),
  };
}
