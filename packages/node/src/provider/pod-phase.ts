import type { ContainerState, PodStatus } from './wire.ts';

/** Succeeded and Failed are for ever: a pod never leaves them. */
export function isTerminalPhase(phase: string | undefined): phase is 'Succeeded' | 'Failed' {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** True when nothing of the pod runs any more or will run: a terminal phase, and no container of any kind still running. */
export function isFinished(status: PodStatus | undefined): boolean {
  if (status === undefined || !isTerminalPhase(status.phase)) return false;
  return containerStatesOf(status).every((state) => state.running === undefined);
}

/** True when the status lists at least one container and every one that it lists has terminated. */
export function allContainersTerminated(status: PodStatus | undefined): boolean {
  const states = status === undefined ? [] : containerStatesOf(status);
  return states.length > 0 && states.every((state) => state.terminated !== undefined);
}

/** The states of init, regular and ephemeral containers. */
function containerStatesOf(status: PodStatus): ContainerState[] {
  return [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ].map((container) => container.state ?? {});
}
