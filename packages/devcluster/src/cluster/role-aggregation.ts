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

/** Keeps the rules of ClusterRoles with an `aggregationRule`, as `admin`, `edit` and `view` have one. */
export function startRoleAggregation(registry: Registry): RunningLoop {
  const { store } = registry;
  let isRunning = false;
  const run = (): void => {
    if (isRunning) return;
    isRunning = true;
    try {
      // What one role takes together may be part of another: it is done when a round changes nothing.
      while (aggregateOnce()) continue;
    } finally {
      isRunning = false;
    }
  };
  const aggregateOnce = (): boolean => {
    const stored = store.list('clusterroles');
    const all = stored.map(({ object }) => object as RoleObject);
    let isChanged = false;
    for (const { key, object } of stored) {
      const role = object as RoleObject;
      if (role.aggregationRule === undefined) continue;
      const rules = aggregated(role, all);
      if (deepEqual(rules, role.rules ?? [])) continue;
      store.put('clusterroles', key, { ...cloneJson(role), rules: cloneJson(rules) });
      isChanged = true;
    }
    return isChanged;
  };
  run();
  return { stop: store.subscribe('clusterroles', () => setImmediate(run)) };
}
