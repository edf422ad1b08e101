import type { FieldCause } from '../../registry/definition.ts';
import { duplicate, invalid, notSupported, required } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { dnsLabelProblems, qualifiedNameProblems } from '../names.ts';
import type { PodSpec } from './pod-types.ts';

interface SpreadConstraint {
  maxSkew?: number;
  topologyKey?: string;
  whenUnsatisfiable?: string;
  minDomains?: number;
}

interface PodAffinityTerm {
  topologyKey?: string;
  namespaces?: string[];
}

interface PodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: { weight?: number; podAffinityTerm?: PodAffinityTerm }[];
}

const actions = ['DoNotSchedule', 'ScheduleAnyway'];
const notPositive = 'must be greater than zero';

/** What is wrong with how a pod is to be spread. */
export function validateSpread({ topologySpreadConstraints = [] }: PodSpec): FieldCause[] {
  const constraints = topologySpreadConstraints as SpreadConstraint[];
  return constraints.flatMap(({ maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains }, index) => {
    const field = `spec.topologySpreadConstraints[${index}]`;
    const causes: FieldCause[] = [];
    if (maxSkew <= 0) causes.push(invalid(`${field}.maxSkew`, maxSkew, notPositive));
    if (topologyKey === '') causes.push(required(`${field}.topologyKey`, 'can not be empty'));
    if (!actions.includes(whenUnsatisfiable)) {
      causes.push(notSupported(`${field}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    }
    const isRepeated = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (isRepeated) {
      causes.push(duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`));
    }
    if (minDomains === undefined) return causes;
    if (minDomains <= 0) causes.push(invalid(`${field}.minDomains`, minDomains, notPositive));
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      causes.push(invalid(`${field}.minDomains`, minDomains, detail));
    }
    return causes;
  });
}

function validateTerm({ topologyKey = '', namespaces = [] }: PodAffinityTerm, field: string): FieldCause[] {
  const causes = namespaces.flatMap((namespace) => textCauses(dnsLabelProblems, namespace, `${field}.namespace`));
  if (topologyKey === '') causes.push(required(`${field}.topologyKey`, 'can not be empty'));
  return [...causes, ...textCauses(qualifiedNameProblems, topologyKey, `${field}.topologyKey`)];
}

/** What is wrong with the pods that a pod wants near itself, or far away. */
export function validatePodAffinity({ affinity }: PodSpec): FieldCause[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const wishes: PodAffinity = affinity?.[kind] ?? {};
    const field = `spec.affinity.${kind}`;
    const demanded = (wishes.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((term, index) =>
      validateTerm(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`),
    );
    const preferred = (wishes.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(
      ({ weight = 0, podAffinityTerm = {} }, index) => {
        const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
        const isInRange = weight > 0 && weight <= 100;
        const causes = isInRange ? [] : [invalid(`${path}.weight`, weight, 'must be in the range 1-100')];
        return [...causes, ...validateTerm(podAffinityTerm, `${path}.podAffinityTerm`)];
      },
    );
    return [...demanded, ...preferred];
  });
}
