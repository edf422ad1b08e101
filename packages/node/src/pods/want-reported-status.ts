import { allContainersTerminated, isTerminalPhase } from '../provider/pod-phase.ts';
import type { PodStatus } from '../provider/wire.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodStatusWriter } from './status/pod-status-writer.ts';

/** Has the backend's report written. The end of a pod that is to stop is left to the reconciler, which writes it in one piece. */
export function wantReportedStatus(record: PodRecord, status: PodStatus, writer: Pick<PodStatusWriter, 'want'>): void {
  const stopping = record.preempted || record.pod?.metadata?.deletionTimestamp !== undefined;
  const ended = isTerminalPhase(status.phase) || allContainersTerminated(status);
  if (record.pod === undefined || (stopping && ended)) return;
  writer.want(record, status);
}
