import type { FieldCause } from '../../registry/definition.ts';
import { invalid } from '../field-errors.ts';
import { rangeProblems } from '../names.ts';
import type { Container, PodSpec } from './pod-types.ts';

const largestId = 2 ** 31 - 1;

function validateId(value: unknown, field: string): FieldCause[] {
  if (typeof value !== 'number') return [];
  return rangeProblems(value, 0, largestId).map((problem) => invalid(field, value, problem));
}

/** The server prints a container's security context by its internal field names, in their order. */
const internalNames: readonly (readonly [string, string])[] = [
  ['Capabilities', 'capabilities'],
  ['Privileged', 'privileged'],
  ['SELinuxOptions', 'seLinuxOptions'],
  ['WindowsOptions', 'windowsOptions'],
  ['RunAsUser', 'runAsUser'],
  ['RunAsGroup', 'runAsGroup'],
  ['RunAsNonRoot', 'runAsNonRoot'],
  ['ReadOnlyRootFilesystem', 'readOnlyRootFilesystem'],
  ['AllowPrivilegeEscalation', 'allowPrivilegeEscalation'],
  ['ProcMount', 'procMount'],
  ['SeccompProfile', 'seccompProfile'],
  ['AppArmorProfile', 'appArmorProfile'],
];

function asPrinted(context: Record<string, unknown>): object {
  const fields = internalNames.map(([internal, name]): [string, unknown] => {
    const value = context[name] ?? null;
    if (name !== 'capabilities' || value === null) return [internal, value];
    const { add = null, drop = null } = value as { add?: string[]; drop?: string[] };
    return [internal, { Add: add, Drop: drop }];
  });
  return Object.fromEntries(fields);
}

/** What is wrong with the rights that one container asks for. */
export function validateContainerSecurity({ securityContext: context }: Container, field: string): FieldCause[] {
  if (context === undefined) return [];
  const path = `${field}.securityContext`;
  const causes = [
    ...validateId(context['runAsUser'], `${path}.runAsUser`),
    ...validateId(context['runAsGroup'], `${path}.runAsGroup`),
  ];
  if (context['allowPrivilegeEscalation'] !== false) return causes;
  const clash = 'cannot set `allowPrivilegeEscalation` to false and ';
  if (context['privileged'] === true) causes.push(invalid(path, asPrinted(context), `${clash}\`privileged\` to true`));
  const { add = [] } = (context['capabilities'] ?? {}) as { add?: string[] };
  for (const capability of add) {
    if (capability !== 'CAP_SYS_ADMIN') continue;
    causes.push(invalid(path, asPrinted(context), `${clash}\`capabilities.Add\` CAP_SYS_ADMIN`));
  }
  return causes;
}

/** What is wrong with the users and groups that a whole pod asks for. */
export function validatePodSecurity({ securityContext: context = {} }: PodSpec): FieldCause[] {
  const path = 'spec.securityContext';
  const groups = (context['supplementalGroups'] ?? []) as unknown[];
  return [
    ...['fsGroup', 'runAsUser', 'runAsGroup'].flatMap((name) => validateId(context[name], `${path}.${name}`)),
    ...groups.flatMap((group, index) => validateId(group, `${path}.supplementalGroups[${index}]`)),
  ];
}
