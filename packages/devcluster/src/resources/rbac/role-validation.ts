import type { PolicyRule, RoleObject } from '../../authorization/policy-types.ts';
import type { FieldCause } from '../../registry/definition.ts';
import { invalid, required } from '../field-errors.ts';

function validateRule(rule: PolicyRule, field: string, isNamespaced: boolean): FieldCause[] {
  const causes: FieldCause[] = [];
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) causes.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const path = `${field}.nonResourceURLs`;
    if (isNamespaced) {
      causes.push(invalid(path, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    }
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      causes.push(invalid(path, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
    }
    return causes;
  }
  if (apiGroups.length === 0) {
    causes.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (resources.length === 0) {
    causes.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  }
  return causes;
}

/** Complaints about a Role, or about a ClusterRole with its aggregation rule. */
export function validateRole(role: RoleObject, isNamespaced: boolean): FieldCause[] {
  const causes = (role.rules ?? []).flatMap((rule, index) => validateRule(rule, `rules[${index}]`, isNamespaced));
  if (role.aggregationRule !== undefined && !role.aggregationRule.clusterRoleSelectors?.length) {
    const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    causes.push(required('aggregationRule.clusterRoleSelectors', why));
  }
  return causes;
}
