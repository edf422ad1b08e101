import type { FieldCause } from '../../registry/definition.ts';
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { dnsLabelProblems } from '../names.ts';
import { validateContainerPorts, validateHostPortConflicts } from '../port-validation.ts';
import { validateEnvironment } from './environment-validation.ts';
import { type KnownVolumes, validateVolumeUse } from './mount-validation.ts';
import { type Container, isSidecar, type PodSpec } from './pod-types.ts';
import { forbidProbesAndHooks, validateProbesAndHooks } from './probe-validation.ts';
import { validateRequirements } from './requirements-validation.ts';
import { validateContainerSecurity } from './security-context-validation.ts';

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];
const restartPolicies = ['Always', 'Never', 'OnFailure'];

function validateCommon(container: Container, volumes: KnownVolumes, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  if (!container.name) causes.push(required(`${field}.name`));
  else causes.push(...textCauses(dnsLabelProblems, container.name, `${field}.name`));
  if (!container.image) causes.push(required(`${field}.image`));
  const { terminationMessagePolicy = '', imagePullPolicy = '' } = container;
  if (!messagePolicies.includes(terminationMessagePolicy)) {
    causes.push(notSupported(`${field}.terminationMessagePolicy`, terminationMessagePolicy, messagePolicies));
  }
  causes.push(...validateContainerPorts(container, field), ...validateEnvironment(container, field));
  causes.push(...validateVolumeUse(container, volumes, field));
  if (!pullPolicies.includes(imagePullPolicy)) {
    causes.push(notSupported(`${field}.imagePullPolicy`, imagePullPolicy, pullPolicies));
  }
  causes.push(...validateRequirements(container.resources ?? {}, `${field}.resources`));
  return [...causes, ...validateContainerSecurity(container, field)];
}

function validateRestartPolicy({ restartPolicy }: Container, field: string): FieldCause[] {
  if (restartPolicy === undefined || restartPolicies.includes(restartPolicy)) return [];
  return [notSupported(`${field}.restartPolicy`, restartPolicy, restartPolicies)];
}

function validatePlainContainers(spec: PodSpec, volumes: KnownVolumes): FieldCause[] {
  if (spec.containers.length === 0) return [required('spec.containers')];
  const names = new Set<string>();
  const causes = spec.containers.flatMap((container, index) => {
    const field = `spec.containers[${index}]`;
    const own = validateCommon(container, volumes, field);
    if (names.has(container.name)) own.push(duplicate(`${field}.name`, container.name));
    names.add(container.name);
    own.push(...validateProbesAndHooks(container, field, spec.terminationGracePeriodSeconds));
    return [...own, ...validateRestartPolicy(container, field)];
  });
  return [...causes, ...validateHostPortConflicts(spec.containers, 'spec.containers')];
}

function validateInitContainers(spec: PodSpec, volumes: KnownVolumes): FieldCause[] {
  const names = new Set(spec.containers.map(({ name }) => name));
  return (spec.initContainers ?? []).flatMap((container, index) => {
    const field = `spec.initContainers[${index}]`;
    const causes = [...validateCommon(container, volumes, field), ...validateRestartPolicy(container, field)];
    if (names.has(container.name)) causes.push(duplicate(`${field}.name`, container.name));
    if (container.name) names.add(container.name);
    causes.push(...validateHostPortConflicts([container], 'spec.initContainers'));
    const lifecycle = isSidecar(container)
      ? validateProbesAndHooks(container, field, spec.terminationGracePeriodSeconds)
      : forbidProbesAndHooks(container, field);
    return [...causes, ...lifecycle];
  });
}

const forbiddenForEphemeral = [
  'lifecycle',
  'livenessProbe',
  'ports',
  'readinessProbe',
  'resizePolicy',
  'restartPolicy',
  'startupProbe',
] as const;

function validateEphemeralContainers(spec: PodSpec, volumes: KnownVolumes): FieldCause[] {
  const others = new Set([...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  return (spec.ephemeralContainers ?? []).flatMap((container, index) => {
    const field = `spec.ephemeralContainers[${index}]`;
    const causes = validateCommon(container, volumes, field);
    if (names.has(container.name)) causes.push(duplicate(`${field}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) causes.push(notFound(`${field}.targetContainerName`, target));
    const detail = 'cannot be set for an Ephemeral Container';
    const given: string[] = forbiddenForEphemeral.filter((name) => container[name] !== undefined);
    if (Object.keys(container.resources ?? {}).length > 0) given.push('resources');
    return [...causes, ...given.map((name) => forbidden(`${field}.${name}`, detail))];
  });
}

function validateImageWhitespace(spec: PodSpec): FieldCause[] {
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ image = '' }, index) =>
      image === image.trim()
        ? []
        : [invalid(`spec.${list}[${index}].image`, image, 'must not have leading or trailing whitespace')],
    ),
  );
}

/** What is wrong with the containers of a pod, of all three kinds. */
export function validateContainers(spec: PodSpec, volumes: KnownVolumes): FieldCause[] {
  return [
    ...validatePlainContainers(spec, volumes),
    ...validateInitContainers(spec, volumes),
    ...validateEphemeralContainers(spec, volumes),
    ...validateImageWhitespace(spec),
  ];
}
