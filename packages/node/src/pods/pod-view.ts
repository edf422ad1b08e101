import type { BackendRetention } from '../provider/define-provider.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import { allContainersTerminated, isFinished, isTerminalPhase } from '../provider/pod-phase.ts';
import type { PodStatus } from '../provider/wire.ts';
import type { ApiView, BackendView, PodView } from './next-step.ts';
import { podHash } from './pod-hash.ts';
import type { PodRecord } from './pod-record.ts';

/** What a view needs to know besides the record. */
export interface ViewSurroundings {
  /** The other records under the same name. */
  readonly sameName: readonly PodRecord[];
  /** The stamp of this record's pod on this node. */
  readonly stamp: OwnershipStamp;
  readonly retention: BackendRetention;
  readonly removable: boolean;
  /** The provider wants to be handed the pods of a process before. */
  readonly adopts: boolean;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** Everything that decides about a pod, taken from what is known at this moment. */
export function viewOf(record: PodRecord, surroundings: ViewSurroundings): PodView {
  const stopping = record.deletion !== undefined || record.pod?.metadata?.deletionTimestamp !== undefined;
  return {
    api: apiView(record),
    backend: backendView(record, stopping, surroundings.stamp),
    predecessor: surroundings.sameName.some((other) => other !== record && mayRun(other, surroundings.removable)),
    accepted: record.accepted,
    seen: record.seen,
    acknowledgedCreation: record.acknowledgement === 'written',
    ...(record.refusedHash !== undefined && { refusedHash: record.refusedHash }),
    ...(record.deletion !== undefined && {
      deletion: {
        gracePeriodSeconds: record.deletion.gracePeriodSeconds,
        overdue: surroundings.now >= record.deletion.deadline,
      },
    }),
    preempted: record.preempted,
    apiDeleteDone: record.apiDeleteDone,
    retention: surroundings.retention,
    adoption: adoptionOf(record, surroundings.adopts),
    removable: surroundings.removable,
  };
}

/** A pod that this process created, or sent whole, needs no handing over. */
function adoptionOf({ accepted, adoption, sent }: PodRecord, adopts: boolean): PodView['adoption'] {
  if (!adopts || accepted || sent !== undefined || adoption === 'whole') return 'done';
  return adoption === 'bare' ? 'bare' : 'due';
}

/** A finished object that was stopped and cannot be removed by us is the backend's own affair: nobody waits for it. */
function mayRun({ backend, deletion }: PodRecord, removable: boolean): boolean {
  if (backend.presence !== 'present') return backend.presence === 'unknown';
  return removable || deletion === undefined || !isFinished(backend.status);
}

function apiView(record: PodRecord): ApiView {
  const { pod } = record;
  if (pod === undefined) return { state: 'absent', confirmed: record.goneConfirmed };
  const deleting = pod.metadata?.deletionTimestamp !== undefined;
  return {
    state: 'present',
    terminal: record.terminalAcknowledged || isTerminalPhase(pod.status?.phase),
    started: record.acknowledgement === 'none' && hasStarted(pod.status),
    ...(deleting && { deletion: { gracePeriodSeconds: pod.metadata?.deletionGracePeriodSeconds ?? 0 } }),
    hash: podHash(pod),
  };
}

function backendView(record: PodRecord, stopping: boolean, stamp: OwnershipStamp): BackendView {
  const { backend } = record;
  if (backend.presence !== 'present') return backend;
  return {
    presence: 'present',
    finished: isFinished(backend.status) || (stopping && allContainersTerminated(backend.status)),
    stamp: stampOf(backend.ownership, stamp),
    ...(backend.appliedHash !== undefined && { appliedHash: backend.appliedHash }),
  };
}

/** True once the API has shown that somebody took the pod: from then on its absence means that it is lost. */
export function hasStarted(status: PodStatus | undefined): boolean {
  if (status === undefined) return false;
  if (status.phase === 'Running' || status.startTime !== undefined) return true;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined);
}

function stampOf(found: OwnershipStamp | undefined, own: OwnershipStamp): 'ours' | 'none' | 'foreign' {
  if (found === undefined) return 'none';
  return sameStamp(found, own) ? 'ours' : 'foreign';
}

export function sameStamp(a: OwnershipStamp, b: OwnershipStamp): boolean {
  return (
    a.clusterId === b.clusterId &&
    a.nodeName === b.nodeName &&
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.uid === b.uid
  );
}
