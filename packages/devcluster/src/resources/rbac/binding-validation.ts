import { type BindingObject, rbacGroup, type Subject } from '../../authorization/policy-types.ts';
import type { FieldCause, KubeObject } from '../../registry/definition.ts';
import { invalid, notSupported, required } from '../field-errors.ts';
import { dnsSubdomainProblems, pathSegmentProblems } from '../names.ts';

/** Fills the API groups that a client may leave out. */
export function applyBindingDefaults(object: KubeObject): void {
  const { roleRef, subjects = [] } = object as BindingObject;
  if (roleRef !== undefined) roleRef.apiGroup ||= rbacGroup;
  for (const subject of subjects) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= rbacGroup;
  }
}

function validateSubject(subject: Subject, field: string, isNamespaced: boolean): FieldCause[] {
  const { name, kind, apiGroup = '', namespace = '' } = subject;
  const causes: FieldCause[] = name ? [] : [required(`${field}.name`)];
  const group = (wanted: string): FieldCause[] =>
    apiGroup === wanted ? [] : [notSupported(`${field}.apiGroup`, apiGroup, [wanted])];
  switch (kind) {
    case 'ServiceAccount':
      if (name) causes.push(...dnsSubdomainProblems(name).map((problem) => invalid(`${field}.name`, name, problem)));
      causes.push(...group(''));
      if (!isNamespaced && namespace === '') causes.push(required(`${field}.namespace`));
      return causes;
    case 'User':
    case 'Group':
      return [...causes, ...group(rbacGroup)];
    default:
      return [...causes, notSupported(`${field}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group'])];
  }
}

/** Complaints about a RoleBinding or a ClusterRoleBinding. */
export function validateBinding(binding: BindingObject, isNamespaced: boolean): FieldCause[] {
  const { apiGroup, kind, name } = binding.roleRef;
  const causes: FieldCause[] = [];
  if (apiGroup !== rbacGroup) causes.push(notSupported('roleRef.apiGroup', apiGroup, [rbacGroup]));
  const kinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(kind)) causes.push(notSupported('roleRef.kind', kind, kinds));
  if (name === '') causes.push(required('roleRef.name'));
  else causes.push(...pathSegmentProblems(name).map((problem) => invalid('roleRef.name', name, problem)));
  const subjects = binding.subjects ?? [];
  return [
    ...causes,
    ...subjects.flatMap((subject, index) => validateSubject(subject, `subjects[${index}]`, isNamespaced)),
  ];
}
