import type { UserInfo } from '../registry/registry.ts';
import type { PolicyReader } from './access.ts';
import type { BindingObject, PolicyRule, RoleObject, RoleReference, Subject } from './policy-types.ts';

/** A rule that a user has and the binding that gives it, or what is wrong with a binding. */
export type ResolvedRule = { rule: PolicyRule; source: () => string } | { problem: string };

function appliesTo(subject: Subject, user: UserInfo, bindingNamespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return user.name === subject.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const namespace = subject.namespace || bindingNamespace;
      return namespace !== '' && user.name === `system:serviceaccount:${namespace}:${subject.name}`;
    }
    default:
      return false;
  }
}

function describeSubject({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  const shown = kind === 'ServiceAccount' ? `${name}/${namespace || bindingNamespace}` : name;
  return `${kind} ${JSON.stringify(shown)}`;
}

function describeBinding(binding: BindingObject, subject: Subject): string {
  const { name, namespace } = binding.metadata;
  const { roleRef } = binding;
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  const shown = namespace === undefined ? name : `${name}/${namespace}`;
  return `${kind} ${JSON.stringify(shown)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${describeSubject(subject, namespace ?? '')}`;
}

/** The rules of the role that a binding names, or what is wrong with it. */
export function referencedRules(
  reader: PolicyReader,
  reference: RoleReference,
  namespace: string,
): readonly PolicyRule[] | { problem: string } {
  const isCluster = reference.kind === 'ClusterRole';
  if (!isCluster && reference.kind !== 'Role') {
    return { problem: `unsupported role reference kind: ${JSON.stringify(reference.kind)}` };
  }
  const plural = isCluster ? 'clusterroles' : 'roles';
  const role: RoleObject | undefined = reader.get(plural, isCluster ? undefined : namespace, reference.name);
  if (role !== undefined) return role.rules ?? [];
  return { problem: `${plural.slice(0, -1)}.rbac.authorization.k8s.io ${JSON.stringify(reference.name)} not found` };
}

/**
 * The rules that the cluster's bindings, and those of a namespace unless it is empty, give to a user. Bindings of roles
 * that do not exist are named among them.
 */
export function* resolveRules(
  reader: PolicyReader,
  user: UserInfo,
  namespace: string,
): Generator<ResolvedRule, void, undefined> {
  const bindings = [
    ...reader.list('clusterrolebindings'),
    ...(namespace === '' ? [] : reader.list('rolebindings', namespace)),
  ] as BindingObject[];
  for (const binding of bindings) {
    const bindingNamespace = binding.metadata.namespace ?? '';
    const subject = binding.subjects?.find((one) => appliesTo(one, user, bindingNamespace));
    if (subject === undefined) continue;
    const rules = referencedRules(reader, binding.roleRef, bindingNamespace);
    if ('problem' in rules) yield rules;
    else for (const rule of rules) yield { rule, source: () => describeBinding(binding, subject) };
  }
}

/** Several problems as one text: in brackets, each once. */
export function joinProblems(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
