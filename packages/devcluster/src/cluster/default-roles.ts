import type { RoleObject } from '../authorization/policy-types.ts';
import { formatTime } from '../clock.ts';
import defaultRoles from '../generated/default-roles.json' with { type: 'json' };
import { cloneJson } from '../registry/clone-json.ts';
import type { KubeObject } from '../registry/definition.ts';
import { normalise } from '../registry/normalise.ts';
import { keyOfObject } from '../registry/object-key.ts';
import type { Registry } from '../registry/registry.ts';
import { deepFreeze } from '../store/deep-freeze.ts';
import { changedRules } from './role-aggregation.ts';

const plurals = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'] as const;

interface Prepared {
  plural: string;
  key: string;
  object: KubeObject;
}

/** Made once for all clusters of the process: they share everything but the metadata, and a test may make thousands. */
let prepared: readonly Prepared[] | undefined;

function prepare(registry: Registry): Prepared[] {
  const all = plurals.flatMap((plural) => {
    const definition = registry.definitions.get(plural);
    if (definition === undefined) return [];
    return defaultRoles[plural].map((item): Prepared => {
      const object = cloneJson(item) as unknown as KubeObject;
      normalise(definition, object);
      return { plural, key: keyOfObject(definition, object), object };
    });
  });
  const clusterRoles = all.flatMap(({ plural, object }) => (plural === 'clusterroles' ? [object as RoleObject] : []));
  for (let changes = changedRules(clusterRoles); changes.length > 0; changes = changedRules(clusterRoles)) {
    for (const { role, rules } of changes) role.rules = rules;
  }
  return deepFreeze(all);
}

/** Creates the roles and bindings that a kube-apiserver makes for itself, but those of controllers that are not here. */
export function createDefaultRoles(registry: Registry): void {
  if (plurals.some((plural) => !registry.definitions.has(plural))) return;
  prepared ??= prepare(registry);
  const creationTimestamp = formatTime(registry.clock.now());
  for (const { plural, key, object } of prepared) {
    const metadata = { ...object.metadata, uid: registry.newUid(), creationTimestamp };
    registry.store.put(plural, key, { ...object, metadata });
  }
}
