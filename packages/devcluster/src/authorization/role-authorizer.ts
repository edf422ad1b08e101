import type { UserInfo } from '../registry/registry.ts';
import type { Access, Decision, PolicyReader } from './access.ts';
import { joinProblems, resolveRules } from './resolve-rules.ts';
import { ruleAllows } from './rule-allows.ts';

/** Decides by the roles that are bound to a user (RBAC). */
export function authorizeByRoles(reader: PolicyReader, user: UserInfo, access: Access): Decision {
  const problems: string[] = [];
  const namespace = access.kind === 'resource' ? access.namespace : '';
  for (const resolved of resolveRules(reader, user, namespace)) {
    if ('problem' in resolved) problems.push(resolved.problem);
    else if (ruleAllows(resolved.rule, access)) {
      return { allowed: true, reason: `RBAC: allowed by ${resolved.source()}` };
    }
  }
  return { allowed: false, reason: problems.length === 0 ? '' : `RBAC: ${joinProblems(problems)}` };
}
