import type { ContainerStatus, PodStatus } from '@vk/node/provider';
import { containerView, earliest, stopExit, terminatedState } from './container-view.ts';
import type { ContainerView } from './container-view.ts';
import type { PodRecord } from './pod-record.ts';
import { formatTime } from './time-format.ts';

/** A pod at one moment. */
export interface PodView {
  readonly status: PodStatus;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** When it will look different next; absent: not by itself. */
  readonly changesAt?: number;
}

/** True when the backend has lost the pod by now. */
export function isLost(pod: PodRecord, now: number): boolean {
  return pod.lostAt !== undefined && pod.lostAt <= now;
}

/**
 * A pod as it is at `now`: from its record and the time alone. The phase is the kubelet's: Pending until every container
 * has started, final when every one has ended for good.
 */
export function podView(pod: PodRecord, now: number, hostIP: string | undefined): PodView {
  const containers = pod.containers.map((container) => containerView(pod, container, now));
  const phase = phaseOf(containers);
  const hasStarted = now >= pod.startsAt && (pod.deletion === undefined || pod.deletion.requestedAt >= pod.startsAt);
  const podIP = pod.podIP ?? hostIP;
  const over = phase === 'Succeeded' || phase === 'Failed';
  const endedAt = over
    ? Math.max(pod.acceptedAt, ...containers.map(({ exit }) => exit?.run?.finishedAt ?? 0))
    : undefined;
  const changesAt = earliest(pod.lostAt, ...containers.map((container) => container.changesAt));
  const initContainerStatuses = initContainerStatusesOf(pod, hasStarted, endedAt);
  const ephemeralContainerStatuses = ephemeralContainerStatusesOf(pod, endedAt);
  return {
    phase,
    ...(changesAt !== undefined && { changesAt }),
    status: {
      phase,
      startTime: formatTime(pod.acceptedAt),
      ...(hostIP !== undefined && { hostIP, hostIPs: [{ ip: hostIP }] }),
      ...(hasStarted && podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] }),
      ...(initContainerStatuses.length > 0 && { initContainerStatuses }),
      containerStatuses: containers.map(({ status }) => status),
      ...(ephemeralContainerStatuses.length > 0 && { ephemeralContainerStatuses }),
    },
  };
}

function phaseOf(containers: readonly ContainerView[]): PodView['phase'] {
  if (containers.some(({ activity }) => activity === 'not-started')) return 'Pending';
  if (containers.some(({ activity }) => activity !== 'ended')) return 'Running';
  return containers.every(({ exit }) => exit?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

function initContainerStatusesOf(pod: PodRecord, hasStarted: boolean, endedAt: number | undefined): ContainerStatus[] {
  return pod.initContainers.map(({ name, image, sidecar }): ContainerStatus => {
    const base = { name, image, imageID: '', restartCount: 0 };
    const containerID = `mock://${pod.ownership.uid}/${name}/0`;
    if (!hasStarted) {
      const state =
        endedAt === undefined
          ? { waiting: { reason: 'PodInitializing' } }
          : { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } };
      return { ...base, state, ready: false, started: false };
    }
    if (sidecar && endedAt === undefined) {
      const state = { running: { startedAt: formatTime(pod.startsAt) } };
      return { ...base, containerID, state, ready: true, started: true };
    }
    const run = { startedAt: pod.startsAt, finishedAt: sidecar ? (endedAt ?? pod.startsAt) : pod.startsAt };
    const terminated = terminatedState({ exitCode: 0, reason: 'Completed', run }, containerID);
    return { ...base, containerID, state: { terminated }, ready: !sidecar, started: false };
  });
}

function ephemeralContainerStatusesOf(pod: PodRecord, endedAt: number | undefined): ContainerStatus[] {
  return pod.ephemeralContainers.map(({ name, image, startedAt }): ContainerStatus => {
    const containerID = `mock://${pod.ownership.uid}/${name}/0`;
    const state =
      endedAt === undefined
        ? { running: { startedAt: formatTime(startedAt) } }
        : { terminated: terminatedState({ ...stopExit(false), run: { startedAt, finishedAt: endedAt } }, containerID) };
    return { name, image, imageID: '', containerID, state, ready: false, restartCount: 0 };
  });
}
