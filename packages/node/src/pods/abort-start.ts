import { PodDeletedError } from './call-errors.ts';
import type { PodRecord } from './pod-record.ts';

/** Nobody waits for the start or the change of a pod that is to stop. */
export function abortStart({ call }: PodRecord): void {
  if (call?.method === 'createPod' || call?.method === 'updatePod') call.abort(new PodDeletedError());
}
