import type { Container, Pod, ResourceRequirements } from '../../provider/wire.ts';
import { resizableContainers } from './pod-resources.ts';
import { sameResources } from './resources.ts';

/** Why a resize is not begun (KEP-1287): `Deferred` for now, `Infeasible` on this node for ever. */
export interface PendingResize {
  readonly reason: 'Deferred' | 'Infeasible';
  readonly message: string;
}

/** What a pod has been given: by container, and as a whole. What its spec asks for may be more. */
export interface Allocation {
  readonly containers: Readonly<Record<string, ResourceRequirements>>;
  readonly pod?: ResourceRequirements;
}

/** What the spec asks for. */
export function desiredAllocation({ spec }: Pod): Allocation {
  const containers = resizableContainers(spec ?? { containers: [] });
  return {
    containers: Object.fromEntries(containers.map(({ name, resources }) => [name, resources ?? {}])),
    ...(spec?.resources !== undefined && { pod: spec.resources }),
  };
}

/** What the API shows that the pod has been given; where it shows nothing yet, what it asks for. */
export function shownAllocation(pod: Pod): Allocation {
  const desired = desiredAllocation(pod);
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const shown = new Map(statuses.map(({ name, resources }) => [name, resources]));
  const containers = Object.entries(desired.containers).map(([name, own]) => [name, shown.get(name) ?? own] as const);
  const ofPod = desired.pod === undefined ? undefined : (pod.status?.resources ?? desired.pod);
  return { containers: Object.fromEntries(containers), ...(ofPod !== undefined && { pod: ofPod }) };
}

export function isSameAllocation(a: Allocation, b: Allocation): boolean {
  if (!sameResources(a.pod, b.pod)) return false;
  return Object.entries(b.containers).every(([name, own]) => sameResources(a.containers[name], own));
}

/** The pod with the resources that it has been given instead of those that it asks for. */
export function withAllocation(pod: Pod, allocation: Allocation): Pod {
  const { spec } = pod;
  if (spec === undefined || isSameAllocation(allocation, desiredAllocation(pod))) return pod;
  const given = (container: Container): Container => {
    const resources = allocation.containers[container.name];
    return resources === undefined ? container : { ...container, resources };
  };
  return {
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(given),
      ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(given) }),
      ...(allocation.pod !== undefined && { resources: allocation.pod }),
    },
  };
}
