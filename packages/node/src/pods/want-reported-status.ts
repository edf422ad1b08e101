import { isTerminalPhase } from '../provider/pod-phase.ts';
import type { PodStatus } from '../provider/wire.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodStatusWriter } from './status/pod-status-writer.ts';

/** Has the backend's report written. The end of a pod that is being deleted is left to the reconciler, which writes it in one piece. */
export function wantReportedStatus(record: PodRecord, status: PodStatus, writer: PodStatusWriter): void {
  const deleting = record.pod?.metadata?.deletionTimestamp !== undefined;
  if (record.pod === undefined || (deleting && isTerminalPhase(status.phase))) return;
  writer.want(record, status);
}
