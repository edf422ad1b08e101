import { isTerminalPhase } from '../../provider/pod-phase.ts';
import type { Pod, PodStatus } from '../../provider/wire.ts';
import { desiredStatus, type StatusSurroundings } from './desired-status.ts';
import { statusPatch } from './status-patch.ts';

/**
 * True when nothing differs but the generation, of a pod that is being deleted and still runs. The API server gives a pod a new
 * generation by deleting it; that is not worth a write of its own, for the end of the pod is written soon and says it too.
 */
export function saysOnlyDeletion(pod: Pod, reported: PodStatus, surroundings: StatusSurroundings): boolean {
  if (pod.metadata?.deletionTimestamp === undefined || isTerminalPhase(reported.phase)) return false;
  const { generation: _given, ...metadata } = pod.metadata;
  const generation = pod.status?.observedGeneration;
  const before: Pod = { ...pod, metadata: { ...metadata, ...(generation !== undefined && { generation }) } };
  return statusPatch(pod.status, desiredStatus(before, reported, surroundings)) === undefined;
}
