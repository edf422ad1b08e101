import type { FieldCause } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { forbidden, invalid, required } from '../field-errors.ts';
import type { Container, Pod, PodSpec } from './pod-types.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

const largestDeadline = 2 ** 31 - 1;

const changeableFields = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

function validateContainerList(
  next: readonly Container[],
  previous: readonly Container[],
  field: string,
): FieldCause[] {
  if (next.length !== previous.length) return [forbidden(field, 'pod updates may not add or remove containers')];
  return next.flatMap(({ image = '' }, index) => {
    const path = `${field}[${index}].image`;
    if (image === '') return [required(path)];
    return image === image.trim() ? [] : [invalid(path, image, 'must not have leading or trailing whitespace')];
  });
}

function validateDeadline(next: PodSpec, previous: PodSpec): { causes: FieldCause[]; stop: boolean } {
  const field = 'spec.activeDeadlineSeconds';
  const after = next.activeDeadlineSeconds;
  const before = previous.activeDeadlineSeconds;
  if (after === undefined) {
    const detail = 'must not update from a positive integer to nil value';
    return { causes: before === undefined ? [] : [invalid(field, null, detail)], stop: false };
  }
  if (after < 0 || after > largestDeadline) {
    return { causes: [invalid(field, after, `must be between 0 and ${largestDeadline}, inclusive`)], stop: true };
  }
  if (before !== undefined && before < after) {
    return { causes: [invalid(field, after, 'must be less than or equal to previous value')], stop: true };
  }
  return { causes: [], stop: false };
}

function validateAddedTolerations(next: PodSpec, previous: PodSpec): FieldCause[] {
  const kept = (previous.tolerations ?? []).every((old) =>
    next.tolerations?.some((toleration) =>
      deepEqual({ ...toleration, tolerationSeconds: undefined }, { ...old, tolerationSeconds: undefined }),
    ),
  );
  if (kept) return [];
  return [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function validateDeletedGates(next: PodSpec, previous: PodSpec): FieldCause[] {
  const known = new Set((previous.schedulingGates ?? []).map(({ name }) => name));
  return (next.schedulingGates ?? []).flatMap(({ name }, index) =>
    known.has(name)
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${index}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

function withImagesOf(containers: readonly Container[], previous: readonly Container[] = []): Container[] {
  return containers.map(({ image: _image, ...container }, index) => {
    const image = previous[index]?.image;
    return image === undefined ? container : { ...container, image };
  });
}

/** The new spec with everything put back that an update may change, so that any difference left is forbidden. */
function withChangeableFieldsOf(next: PodSpec, previous: PodSpec): Record<string, unknown> {
  const gated = (previous.schedulingGates ?? []).length > 0;
  const graceIsMended = (previous.terminationGracePeriodSeconds ?? 0) < 0 && next.terminationGracePeriodSeconds === 1;
  return {
    ...next,
    containers: withImagesOf(next.containers, previous.containers),
    initContainers: withImagesOf(next.initContainers ?? [], previous.initContainers),
    activeDeadlineSeconds: previous.activeDeadlineSeconds,
    schedulingGates: previous.schedulingGates,
    tolerations: previous.tolerations,
    ...(graceIsMended ? { terminationGracePeriodSeconds: previous.terminationGracePeriodSeconds } : {}),
    ...(gated ? { nodeSelector: previous.nodeSelector } : {}),
    ...(gated ? { affinity: { ...next.affinity, nodeAffinity: previous.affinity?.nodeAffinity } } : {}),
  };
}

function validateGatedNodeSelector(next: PodSpec, previous: PodSpec): FieldCause[] {
  if (!previous.schedulingGates?.length) return [];
  const kept = Object.entries(previous.nodeSelector ?? {}).every(([key, value]) => next.nodeSelector?.[key] === value);
  if (kept) return [];
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [invalid('spec.nodeSelector', next.nodeSelector, detail)];
}

/**
 * What is wrong with a change of a pod's spec. The server adds a diff of its internal types to the message about other
 * fields; here the message ends with the list of what may change.
 */
export function validatePodChange(next: Pod, previous: Pod): FieldCause[] {
  const { spec } = next;
  const before = previous.spec;
  const causes = validatePodSpec(next);
  for (const list of ['containers', 'initContainers'] as const) {
    causes.push(...validateContainerList(spec[list] ?? [], before[list] ?? [], `spec.${list}`));
    if ((spec[list] ?? []).length !== (before[list] ?? []).length) return causes;
  }
  const deadline = validateDeadline(spec, before);
  causes.push(...deadline.causes);
  if (deadline.stop) return causes;
  causes.push(...validateAddedTolerations(spec, before), ...validateDeletedGates(spec, before));
  causes.push(...validateGatedNodeSelector(spec, before));
  if (!deepEqual(withChangeableFieldsOf(spec, before), before)) {
    causes.push(forbidden('spec', `pod updates may not change fields other than ${changeableFields.join(',')}\n`));
  }
  return causes;
}
