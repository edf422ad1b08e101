import type { LabelSelectorObject, PolicyRule, RoleObject } from '../authorization/policy-types.ts';
import { cloneJson } from '../registry/clone-json.ts';
import type { Registry } from '../registry/registry.ts';
import { deepEqual } from '../resources/deep-equal.ts';
import type { RunningLoop } from './cluster-loop.ts';

function matches({ matchLabels = {}, matchExpressions = [] }: LabelSelectorObject, role: RoleObject): boolean {
  const labels = role.metadata.labels ?? {};
  const hasLabels = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    hasLabels &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return operator === 'DoesNotExist' && value === undefined;
      }
    })
  );
}

/** The rules of the roles that a role takes together, each once, in the order of their names. */
function aggregated(role: RoleObject, all: readonly RoleObject[]): PolicyRule[] {
  const rules: PolicyRule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    for (const other of all) {
      if (other.metadata.name === role.metadata.name || !matches(selector, other)) continue;
      for (const rule of other.rules ?? []) if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}

/** The roles whose rules are not those of the roles that they take together, and what they should be. */
export function changedRules(all: readonly RoleObject[]): { role: RoleObject; rules: PolicyRule[] }[] {
  return all.flatMap((role) => {
    if (role.aggregationRule === undefined) return [];
    const rules = aggregated(role, all);
    return deepEqual(rules, role.rules ?? []) ? [] : [{ role, rules }];
  });
}

/** Keeps the rules of ClusterRoles with an `aggregationRule`, as `admin`, `edit` and `view` have one, after every change. */
export function startRoleAggregation(registry: Registry): RunningLoop {
  const { store } = registry;
  let isScheduled = false;
  // What this writes is a change too: what one role takes together may be part of another.
  const run = (): void => {
    isScheduled = false;
    for (const { role, rules } of changedRules(store.list('clusterroles').map(({ object }) => object as RoleObject))) {
      store.put('clusterroles', role.metadata.name, {
        ...role,
        rules: cloneJson(rules),
        metadata: { ...role.metadata },
      });
    }
  };
  const stop = store.subscribe('clusterroles', () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(run);
  });
  return { stop };
}
