import type { FieldCause } from '../../registry/definition.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { validateLabels } from '../metadata-validation.ts';
import { dnsLabelProblems, dnsSubdomainProblems, qualifiedNameProblems } from '../names.ts';
import { validateNodeAffinity } from './affinity-validation.ts';
import { validateContainers } from './container-validation.ts';
import type { Pod, PodSpec } from './pod-types.ts';
import { validateRequirements } from './requirements-validation.ts';
import { validatePodSecurity } from './security-context-validation.ts';
import { validatePodAffinity, validateSpread } from './spread-validation.ts';
import { validateTolerations } from './toleration-validation.ts';
import { validateVolumes } from './volume-validation.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];
const largestDeadline = 2 ** 31 - 1;

function validateHostNetwork(spec: PodSpec): FieldCause[] {
  if (spec.hostNetwork !== true) return [];
  return spec.containers.flatMap(({ ports = [] }, containerIndex) =>
    ports.flatMap(({ hostPort = 0, containerPort }, index) => {
      if (hostPort === containerPort) return [];
      const field = `spec.containers[${containerIndex}].ports[${index}].hostPort`;
      return [invalid(field, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}

function validateDns({ dnsPolicy = '', dnsConfig }: PodSpec): FieldCause[] {
  const causes = dnsPolicies.includes(dnsPolicy) ? [] : [notSupported('spec.dnsPolicy', dnsPolicy, dnsPolicies)];
  if (dnsPolicy !== 'None') return causes;
  if (dnsConfig === undefined) {
    causes.push(required('spec.dnsConfig', 'must provide `dnsConfig` when `dnsPolicy` is None'));
  } else if (!dnsConfig.nameservers?.length) {
    causes.push(
      required('spec.dnsConfig.nameservers', 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
    );
  }
  return causes;
}

function validateGates({ readinessGates = [], schedulingGates = [] }: PodSpec): FieldCause[] {
  const causes = readinessGates.flatMap(({ conditionType }, index) =>
    textCauses(qualifiedNameProblems, conditionType, `spec.readinessGates[${index}].conditionType`),
  );
  const names = new Set<string>();
  for (const [index, { name }] of schedulingGates.entries()) {
    causes.push(...textCauses(qualifiedNameProblems, name, `spec.schedulingGates[${index}]`));
    if (names.has(name)) causes.push(duplicate(`spec.schedulingGates[${index}]`, name));
    names.add(name);
  }
  return causes;
}

function validateReferences(spec: PodSpec): FieldCause[] {
  const causes: FieldCause[] = [];
  for (const field of ['serviceAccountName', 'nodeName'] as const) {
    if (spec[field]) causes.push(...textCauses(dnsSubdomainProblems, spec[field], `spec.${field}`));
  }
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > largestDeadline)) {
    causes.push(invalid('spec.activeDeadlineSeconds', deadline, `must be between 1 and ${largestDeadline}, inclusive`));
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    if (spec[field]) causes.push(...textCauses(dnsLabelProblems, spec[field], `spec.${field}`));
  }
  causes.push(...validateTolerations(spec.tolerations, 'spec.tolerations'));
  for (const field of ['priorityClassName', 'runtimeClassName'] as const) {
    if (spec[field]) causes.push(...textCauses(dnsSubdomainProblems, spec[field], `spec.${field}`));
  }
  const preemption = spec.preemptionPolicy;
  if (preemption !== undefined && !preemptionPolicies.includes(preemption)) {
    causes.push(notSupported('spec.preemptionPolicy', preemption, preemptionPolicies));
  }
  return causes;
}

/** What is wrong with a pod's spec, wherever it stands. */
export function validatePodSpec(pod: Pod): FieldCause[] {
  const spec: PodSpec = { ...pod.spec, containers: pod.spec.containers ?? [] };
  const { causes: volumeCauses, known } = validateVolumes(spec.volumes, 'spec.volumes');
  const causes = [...volumeCauses, ...validateContainers(spec, known)];
  if (spec.resources !== undefined) causes.push(...validateRequirements(spec.resources, 'spec.resources'));
  causes.push(...validateHostNetwork(spec));
  if (!restartPolicies.includes(spec.restartPolicy ?? '')) {
    causes.push(notSupported('spec.restartPolicy', spec.restartPolicy, restartPolicies));
  }
  causes.push(...validateDns(spec), ...validateLabels(spec.nodeSelector, 'spec.nodeSelector'));
  causes.push(...validatePodSecurity(spec));
  causes.push(
    ...validateNodeAffinity(spec.affinity?.nodeAffinity, 'spec.affinity.nodeAffinity'),
    ...validatePodAffinity(spec),
  );
  return [...causes, ...validateGates(spec), ...validateSpread(spec), ...validateReferences(spec)];
}

/** What is wrong with a pod that is about to be made. */
export function validateNewPod(pod: Pod): FieldCause[] {
  const causes = validatePodSpec(pod);
  const { spec } = pod;
  if (spec.ephemeralContainers?.length) causes.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length) {
    causes.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return causes;
}
