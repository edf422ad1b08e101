import { checkRoleEscalation } from '../../authorization/escalation.ts';
import { rbacGroup, type RoleObject } from '../../authorization/policy-types.ts';
import type { KubeObject, ResourceDefinition, StrategyContext, TableColumn } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { pathSegmentProblems } from '../names.ts';
import { objectStrategy } from '../object-strategy.ts';
import { column, nameColumn } from '../table-columns.ts';
import { validateRole } from './role-validation.ts';

function roleDefinition(
  names: Pick<ResourceDefinition, 'kind' | 'plural' | 'singular' | 'namespaced'>,
  columns: readonly TableColumn[],
): ResourceDefinition {
  const { plural, namespaced } = names;
  const check = (object: KubeObject, context: StrategyContext): void => {
    const role = object as RoleObject;
    const { name, namespace = '' } = role.metadata;
    // Whoever chooses what is aggregated may get everything that others add to it.
    const rules = role.aggregationRule === undefined ? [] : [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
    checkRoleEscalation(context, { plural, namespace, name, rules: [...(role.rules ?? []), ...rules] });
  };
  return {
    group: rbacGroup,
    version: 'v1',
    ...names,
    shortNames: [],
    categories: [],
    subresources: [],
    selectableFields: {},
    columns,
    strategy: objectStrategy(
      { namespaced, nameProblems: pathSegmentProblems },
      {
        validate: (object) => validateRole(object, namespaced),
        prepareForCreate: check,
        prepareForUpdate: (next, previous, _subresource, context) => {
          const isSame =
            deepEqual(next['rules'] ?? null, previous['rules'] ?? null) &&
            deepEqual(next['aggregationRule'] ?? null, previous['aggregationRule'] ?? null);
          if (!isSame) check(next, context);
        },
      },
    ),
  };
}

const createdColumn = column('Created At', (object) => object.metadata.creationTimestamp, {
  description: 'When the API server created the object.',
  type: 'date',
});

/** Roles, which hold in their namespace. */
export const roles: ResourceDefinition = roleDefinition(
  { kind: 'Role', plural: 'roles', singular: 'role', namespaced: true },
  [nameColumn, createdColumn],
);

/** ClusterRoles. */
export const clusterRoles: ResourceDefinition = roleDefinition(
  { kind: 'ClusterRole', plural: 'clusterroles', singular: 'clusterrole', namespaced: false },
  [nameColumn, createdColumn],
);
