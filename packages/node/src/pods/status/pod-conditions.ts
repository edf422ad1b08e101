import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../provider/wire.ts';

/** The condition types that a node writes, in the kubelet's order. `PodScheduled` belongs to the scheduler. */
export const nodeConditionTypes = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady'] as const;
export type NodeConditionType = (typeof nodeConditionTypes)[number];

type Finding = Pick<PodCondition, 'status' | 'reason' | 'message'>;

const yes: Finding = { status: 'True' };

function no(reason: string, message?: string): Finding {
  return { status: 'False', reason, ...(message !== undefined && { message }) };
}

/**
 * What the container states say about a pod, one finding for each condition type.
 * The rules are the kubelet's (pkg/kubelet/status/generate.go), readiness gates included (KEP-580).
 */
export function conditionFindings(pod: Pod, status: PodStatus): Record<NodeConditionType, Finding> {
  const containersReady = containersReadyFinding(pod, status);
  return {
    PodReadyToStartContainers: hasSandbox(status) ? yes : { status: 'False' },
    Initialized: initializedFinding(pod, status),
    Ready: readyFinding(pod, containersReady),
    ContainersReady: containersReady,
  };
}

/** A backend that has no sandboxes has one, for the API's purposes, once the pod has an address or anything has run. */
function hasSandbox(status: PodStatus): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return false;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return status.podIP !== undefined || containers.some((container) => container.state?.running !== undefined);
}

function initializedFinding(pod: Pod, status: PodStatus): Finding {
  const initContainers = pod.spec?.initContainers ?? [];
  if (initContainers.length === 0 || status.phase === 'Succeeded')
    return { ...yes, ...(status.phase === 'Succeeded' && { reason: 'PodCompleted' }) };
  const anyRegularStarted = (status.containerStatuses ?? []).some(
    (container) => container.state?.running !== undefined || container.state?.terminated !== undefined,
  );
  if (anyRegularStarted) return yes;
  const incomplete = initContainers.filter((container) => {
    const found = status.initContainerStatuses?.find((candidate) => candidate.name === container.name);
    const restartable = container.restartPolicy === 'Always';
    return restartable ? found?.started !== true : found?.state?.terminated?.exitCode !== 0;
  });
  return incomplete.length === 0
    ? yes
    : no('ContainersNotInitialized', `containers with incomplete status: ${nameList(incomplete)}`);
}

function containersReadyFinding(pod: Pod, status: PodStatus): Finding {
  if (status.phase === 'Succeeded') return no('PodCompleted');
  if (status.phase === 'Failed') return no('PodFailed');
  const sidecars = (pod.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  const expected = [...sidecars, ...(pod.spec?.containers ?? [])];
  const known = new Map<string, ContainerStatus>(
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map((container) => [
      container.name,
      container,
    ]),
  );
  const unknown = expected.filter((container) => !known.has(container.name));
  const unready = expected.filter((container) => known.get(container.name)?.ready === false);
  const messages = [
    ...(unknown.length > 0 ? [`containers with unknown status: ${nameList(unknown)}`] : []),
    ...(unready.length > 0 ? [`containers with unready status: ${nameList(unready)}`] : []),
  ];
  return messages.length === 0 ? yes : no('ContainersNotReady', messages.join(', '));
}

function readyFinding(pod: Pod, containersReady: Finding): Finding {
  if (containersReady.status !== 'True') return containersReady;
  const messages = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find((candidate) => candidate.type === conditionType);
    if (condition === undefined)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return condition.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return messages.length === 0 ? yes : no('ReadinessGatesNotReady', messages.join(', '));
}

function nameList(containers: readonly { readonly name: string }[]): string {
  return `[${containers.map((container) => container.name).join(' ')}]`;
}
