import type { UserInfo } from '../registry/registry.ts';
import type { PolicyReader } from './access.ts';
import { nodeIdentity } from './node-identity.ts';
import type { PolicyRule } from './policy-types.ts';
import { joinProblems, resolveRules } from './resolve-rules.ts';

/** What a user may do in a namespace, as far as it can be listed. */
export interface UserRules {
  resourceRules: PolicyRule[];
  nonResourceRules: PolicyRule[];
  /** Whether the user may do more than is listed, as nodes may. */
  incomplete: boolean;
  evaluationError: string;
}

/** Lists what a user may do in a namespace. `system:masters` has the role `cluster-admin` besides, by a binding. */
export function rulesOf(reader: PolicyReader, user: UserInfo, namespace: string): UserRules {
  const isNode = nodeIdentity(user) !== undefined;
  const found: UserRules = {
    resourceRules: [],
    nonResourceRules: [],
    incomplete: isNode,
    evaluationError: '',
  };
  const problems = isNode ? ['node authorizer does not support user rule resolution'] : [];
  for (const resolved of resolveRules(reader, user, namespace)) {
    if ('problem' in resolved) {
      problems.push(resolved.problem);
      continue;
    }
    const { verbs = [], apiGroups, resources, resourceNames, nonResourceURLs } = resolved.rule;
    if (resources?.length) {
      const rule: PolicyRule = { verbs: [...verbs], resources: [...resources] };
      if (apiGroups?.length) rule.apiGroups = [...apiGroups];
      if (resourceNames?.length) rule.resourceNames = [...resourceNames];
      found.resourceRules.push(rule);
    }
    if (nonResourceURLs?.length)
      found.nonResourceRules.push({ verbs: [...verbs], nonResourceURLs: [...nonResourceURLs] });
  }
  if (problems.length > 0) found.evaluationError = joinProblems(problems);
  return found;
}
