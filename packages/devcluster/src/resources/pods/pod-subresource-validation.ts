import type { FieldCause } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { forbidden, invalid } from '../field-errors.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import type { Container, Pod, ResourceRequirements } from './pod-types.ts';
import { qualityOfService } from './quality-of-service.ts';

/** What is wrong with a change of ephemeral containers: they can be added, and never changed or taken away. */
export function validateEphemeralContainersChange(next: Pod, previous: Pod): FieldCause[] {
  const field = 'spec.ephemeralContainers';
  const causes = validatePodSpec(next);
  for (const before of previous.spec.ephemeralContainers ?? []) {
    const after = next.spec.ephemeralContainers?.find(({ name }) => name === before.name);
    if (after === undefined) {
      causes.push(forbidden(field, `existing ephemeral containers "${before.name}" may not be removed\n`));
    } else if (!deepEqual(after, before)) {
      causes.push(forbidden(field, `existing ephemeral containers "${before.name}" may not be changed\n`));
    }
  }
  return causes;
}

function withoutProcessorAndMemory(resources: ResourceRequirements = {}): object {
  const drop = ({ cpu: _cpu, memory: _memory, ...rest }: Record<string, string> = {}): object => rest;
  return { ...resources, requests: drop(resources.requests), limits: drop(resources.limits) };
}

function validateList(
  next: readonly Container[] = [],
  previous: readonly Container[] = [],
  list: string,
): FieldCause[] {
  const field = `spec.${list}`;
  if (next.length !== previous.length) return [forbidden(field, `${list} may not be added or removed on resize`)];
  return previous.flatMap((before, index) => {
    const after = next[index];
    const path = `${field}[${index}]`;
    if (after?.name !== before.name)
      return [forbidden(`${path}.name`, `${list} may not be renamed or reordered on resize`)];
    const causes: FieldCause[] = [];
    for (const kind of ['requests', 'limits'] as const) {
      const removed = Object.keys(before.resources?.[kind] ?? {}).some(
        (name) => !(name in (after.resources?.[kind] ?? {})),
      );
      if (removed) causes.push(forbidden(`${path}.resources.${kind}`, `resource ${kind} cannot be removed`));
    }
    if (!deepEqual(withoutProcessorAndMemory(after.resources), withoutProcessorAndMemory(before.resources))) {
      causes.push(forbidden('spec', 'only cpu and memory resources are mutable'));
    }
    return causes;
  });
}

/** What is wrong with a change of the resources of a pod in place (KEP-1287). */
export function validateResize(next: Pod, previous: Pod): FieldCause[] {
  const causes = validatePodSpec(next);
  if (qualityOfService(previous) !== qualityOfService(next)) {
    const detail = 'Pod QOS Class may not change as a result of resizing';
    causes.push(invalid('spec', next.status?.qosClass, detail));
  }
  const { spec } = next;
  const before = previous.spec;
  return [
    ...causes,
    ...validateList(spec.containers, before.containers, 'containers'),
    ...validateList(spec.initContainers, before.initContainers, 'initContainers'),
  ];
}
