import type { StrategyContext } from '../registry/definition.ts';
import { AdmissionForbiddenError } from '../resources/admission-forbidden-error.ts';
import { notFound } from '../status/errors.ts';
import { isPrivileged, type ResourceAccess } from './access.ts';
import { authorize } from './authorize.ts';
import { uncoveredRules } from './cover-rules.ts';
import { type PolicyRule, rbacGroup, type RoleReference } from './policy-types.ts';
import { joinProblems, referencedRules, resolveRules } from './resolve-rules.ts';

function mayOn(
  context: StrategyContext,
  verb: string,
  target: Pick<ResourceAccess, 'resource' | 'namespace' | 'name'>,
): boolean {
  const access = {
    kind: 'resource',
    verb,
    group: rbacGroup,
    version: '*',
    subresource: '',
    fields: new Map(),
  } as const;
  return authorize(context, context.user, { ...access, ...target }).allowed;
}

function requireHeld(context: StrategyContext, rules: readonly PolicyRule[], namespace: string): void {
  const held: PolicyRule[] = [];
  const problems: string[] = [];
  for (const resolved of resolveRules(context, context.user, namespace)) {
    if ('problem' in resolved) problems.push(resolved.problem);
    else held.push(resolved.rule);
  }
  const missing = uncoveredRules(held, rules);
  if (missing.length === 0) return;
  const { name, groups } = context.user;
  const shown = `[${groups.map((group) => JSON.stringify(group)).join(' ')}]`;
  const errors = problems.length === 0 ? '' : `; resolution errors: [${joinProblems(problems)}]`;
  throw new AdmissionForbiddenError(
    `user ${JSON.stringify(name)} (groups=${shown}) is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}${errors}`,
  );
}

/**
 * Nobody may write a role with rights that they do not hold, unless they may `escalate` it.
 *
 * @throws AdmissionForbiddenError with the rules that are missing.
 */
export function checkRoleEscalation(
  context: StrategyContext,
  role: { plural: string; namespace: string; name: string; rules: readonly PolicyRule[] },
): void {
  if (isPrivileged(context.user)) return;
  const { plural, namespace, name, rules } = role;
  if (mayOn(context, 'escalate', { resource: plural, namespace, name })) return;
  requireHeld(context, rules, namespace);
}

/**
 * Nobody may bind a role with rights that they do not hold, unless they may `bind` it. Throws ApiError (404) for a role
 * that is missing.
 *
 * @throws AdmissionForbiddenError with the rules that are missing.
 */
export function checkBindingEscalation(
  context: StrategyContext,
  binding: { plural: string; roleRef: RoleReference; namespace: string },
): void {
  if (isPrivileged(context.user)) return;
  const { plural, roleRef, namespace } = binding;
  const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (mayOn(context, 'bind', { resource, namespace, name: roleRef.name })) return;
  const rules = referencedRules(context, roleRef, namespace);
  if ('problem' in rules) throw notFound({ group: rbacGroup, plural }, roleRef.name);
  requireHeld(context, rules, namespace);
}
