import type { ObjectMeta } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { admitDefaultTolerations } from './toleration-admission.ts';
import type { Container, Pod, PodCondition } from './pod-types.ts';

/** Counts a change of the spec: the generation is the server's own. */
function countGeneration(pod: Pod, previous: Pod): void {
  const generation = previous.metadata.generation ?? 0;
  pod.metadata.generation = deepEqual(pod.spec, previous.spec) ? generation : generation + 1;
}

function keepStatus(pod: Pod, previous: Pod): void {
  if (previous.status === undefined) delete pod.status;
  else pod.status = previous.status;
}

/** Through the main door the status stays, and what admission set stays too where the client left it out. */
export function prepareSpecUpdate(pod: Pod, previous: Pod): void {
  keepStatus(pod, previous);
  const before = previous.spec;
  if (before.priority !== undefined) pod.spec.priority ??= before.priority;
  if (before.preemptionPolicy !== undefined) pod.spec.preemptionPolicy ??= before.preemptionPolicy;
  admitDefaultTolerations(pod);
  countGeneration(pod, previous);
}

function keepObservedGenerations(conditions: readonly PodCondition[], previous: readonly PodCondition[]): void {
  const left = [...previous];
  for (const condition of conditions) {
    const index = left.findIndex(({ type }) => type === condition.type);
    const [old] = index < 0 ? [] : left.splice(index, 1);
    if (!condition.observedGeneration && old?.observedGeneration) condition.observedGeneration = old.observedGeneration;
  }
}

/** Through the status the spec, the owners and the deletion stay; what was observed before is not forgotten. */
export function prepareStatusUpdate(pod: Pod, previous: Pod): void {
  pod.spec = previous.spec;
  const { ownerReferences, deletionTimestamp, deletionGracePeriodSeconds, generation } = previous.metadata;
  Object.assign(pod.metadata, { ownerReferences, deletionTimestamp, deletionGracePeriodSeconds, generation });
  for (const field of ['ownerReferences', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation'] as const) {
    if (pod.metadata[field] === undefined) delete pod.metadata[field];
  }
  const status = (pod.status ??= {});
  const before = previous.status ?? {};
  if (before.qosClass !== undefined) status.qosClass ||= before.qosClass;
  if (before.observedGeneration !== undefined) status.observedGeneration ||= before.observedGeneration;
  keepObservedGenerations(status.conditions ?? [], before.conditions ?? []);
}

/** The doors for one part of the spec change no other metadata than the version. */
function keepMetadata(pod: Pod, previous: Pod): void {
  const metadata: ObjectMeta = { ...previous.metadata, resourceVersion: pod.metadata.resourceVersion };
  pod.metadata = metadata;
}

/** Through `ephemeralcontainers` only those change. */
export function prepareEphemeralContainers(pod: Pod, previous: Pod): void {
  const { ephemeralContainers } = pod.spec;
  const { ephemeralContainers: _before, ...rest } = previous.spec;
  pod.spec = ephemeralContainers === undefined ? rest : { ...rest, ephemeralContainers };
  keepStatus(pod, previous);
  keepMetadata(pod, previous);
  countGeneration(pod, previous);
}

function withNewResources(next: readonly Container[] = [], previous: readonly Container[] = []): Container[] {
  return previous.map((container, index) => {
    const { resources, resizePolicy } = next[index] ?? {};
    const merged: Container = { ...container };
    if (resources !== undefined) merged.resources = resources;
    if (resizePolicy !== undefined) merged.resizePolicy = resizePolicy;
    return merged;
  });
}

function sameNames(next: readonly Container[] = [], previous: readonly Container[] = []): boolean {
  return next.length === previous.length && next.every(({ name }, index) => name === previous[index]?.name);
}

/** Through `resize` only the resources of containers change; validation refuses other containers. */
export function prepareResize(pod: Pod, previous: Pod): void {
  const { spec } = pod;
  const before = previous.spec;
  keepStatus(pod, previous);
  if (sameNames(spec.containers, before.containers) && sameNames(spec.initContainers, before.initContainers)) {
    pod.spec = { ...before, containers: withNewResources(spec.containers, before.containers) };
    if (before.initContainers !== undefined) {
      pod.spec.initContainers = withNewResources(spec.initContainers, before.initContainers);
    }
    if (spec.resources !== undefined) pod.spec.resources = spec.resources;
    keepMetadata(pod, previous);
  }
  countGeneration(pod, previous);
}
