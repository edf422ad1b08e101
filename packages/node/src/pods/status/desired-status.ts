import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../provider/wire.ts';
import { conditionFindings, nodeConditionTypes } from './pod-conditions.ts';

/** What a status needs besides what the backend reported. */
export interface StatusSurroundings {
  /** RFC 3339: the time to put on conditions that change now. */
  readonly now: string;
  /** The node's InternalIP, for a backend that reports no host address. */
  readonly hostIP: string | undefined;
}

/**
 * The whole status that the API should show: what the backend reported, with conditions filled from the container states,
 * times kept where nothing changed, and the identity of the spec that it reflects (KEP-5067).
 */
export function desiredStatus(pod: Pod, reported: PodStatus, surroundings: StatusSurroundings): PodStatus {
  const hostIP = reported.hostIP ?? surroundings.hostIP;
  const started = reported.startTime ?? pod.status?.startTime;
  const generation = pod.metadata?.generation;
  const { conditions: _replaced, qosClass: _serverOwned, ...rest } = reported;
  return {
    ...rest,
    ...(hostIP !== undefined && { hostIP, hostIPs: reported.hostIPs ?? [{ ip: hostIP }] }),
    ...(reported.podIP !== undefined && { podIPs: reported.podIPs ?? [{ ip: reported.podIP }] }),
    ...(started !== undefined && { startTime: started }),
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(reported.initContainerStatuses !== undefined && {
      initContainerStatuses: reported.initContainerStatuses.map(complete),
    }),
    ...(reported.containerStatuses !== undefined && { containerStatuses: reported.containerStatuses.map(complete) }),
    ...(reported.ephemeralContainerStatuses !== undefined && {
      ephemeralContainerStatuses: reported.ephemeralContainerStatuses.map(complete),
    }),
    conditions: desiredConditions(pod, reported, surroundings.now, generation),
  };
}

/** A container status as the API server shows it: it writes these two even when they are empty, and they would differ for ever. */
function complete(status: ContainerStatus): ContainerStatus {
  return { ...status, state: status.state ?? {}, lastState: status.lastState ?? {} };
}

function desiredConditions(pod: Pod, reported: PodStatus, now: string, generation: number | undefined): PodCondition[] {
  const findings = conditionFindings(pod, reported);
  const given = new Map((reported.conditions ?? []).map((condition) => [condition.type, condition]));
  const current = new Map((pod.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  const wanted: PodCondition[] = [
    ...nodeConditionTypes.map((type) => given.get(type) ?? { type, ...findings[type] }),
    ...[...given.values()].filter(
      ({ type }) => type !== 'PodScheduled' && !(nodeConditionTypes as readonly string[]).includes(type),
    ),
    // The scheduler writes PodScheduled; a pod that was created with a node name never met it.
    ...(current.has('PodScheduled') ? [] : [given.get('PodScheduled') ?? { type: 'PodScheduled', status: 'True' }]),
  ];
  return wanted.map((condition) => {
    const before = current.get(condition.type);
    const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return {
      ...condition,
      ...(generation !== undefined && { observedGeneration: generation }),
      lastTransitionTime: since ?? condition.lastTransitionTime ?? now,
    };
  });
}
