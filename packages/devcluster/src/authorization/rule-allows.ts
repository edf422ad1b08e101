import type { Access } from './access.ts';
import type { PolicyRule } from './policy-types.ts';

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes('*') || list.includes(value));
}

/** Whether a path of a rule, which may end in `*`, stands for a path. */
export function pathCovers(owned: string, path: string): boolean {
  return owned === '*' || owned === path || (owned.endsWith('*') && path.startsWith(owned.replace(/\*+$/, '')));
}

function resourceMatches(rule: PolicyRule, resource: string, subresource: string): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  if (has(rule.resources, combined)) return true;
  return subresource !== '' && (rule.resources?.includes(`*/${subresource}`) ?? false);
}

/** Whether one rule of a role is enough for an access. */
export function ruleAllows(rule: PolicyRule, access: Access): boolean {
  if (!has(rule.verbs, access.verb)) return false;
  if (access.kind === 'path') return rule.nonResourceURLs?.some((owned) => pathCovers(owned, access.path)) ?? false;
  const names = rule.resourceNames ?? [];
  return (
    has(rule.apiGroups, access.group) &&
    resourceMatches(rule, access.resource, access.subresource) &&
    (names.length === 0 || names.includes(access.name))
  );
}
