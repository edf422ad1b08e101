import { checkBindingEscalation } from '../../authorization/escalation.ts';
import { type BindingObject, rbacGroup, type RoleReference } from '../../authorization/policy-types.ts';
import type { FieldCause, KubeObject, ResourceDefinition, StrategyContext } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { invalid } from '../field-errors.ts';
import { pathSegmentProblems } from '../names.ts';
import { objectStrategy } from '../object-strategy.ts';
import { ageColumn, column, nameColumn } from '../table-columns.ts';
import { applyBindingDefaults, validateBinding } from './binding-validation.ts';

function subjectsColumn(name: string, kind: string): ReturnType<typeof column> {
  const shown = ({ subjects = [] }: BindingObject): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map((subject) => (kind === 'ServiceAccount' ? `${subject.namespace ?? ''}/${subject.name}` : subject.name))
      .join(', ');
  return column(name, shown, { description: `${name} in the binding.`, wide: true });
}

const columns = [
  nameColumn,
  column('Role', ({ roleRef }: BindingObject) => `${roleRef.kind}/${roleRef.name}`, {
    description: 'The role that is given.',
  }),
  ageColumn,
  subjectsColumn('Users', 'User'),
  subjectsColumn('Groups', 'Group'),
  subjectsColumn('ServiceAccounts', 'ServiceAccount'),
];

/** As the server shows it: by the names that the fields have in Go. */
function shownReference({ apiGroup, kind, name }: RoleReference): object {
  return { APIGroup: apiGroup, Kind: kind, Name: name };
}

function validateChange(next: KubeObject, previous: KubeObject): FieldCause[] {
  const { roleRef } = next as BindingObject;
  return deepEqual(roleRef, (previous as BindingObject).roleRef)
    ? []
    : [invalid('roleRef', shownReference(roleRef), 'cannot change roleRef')];
}

function check(object: KubeObject, context: StrategyContext): void {
  const { roleRef, metadata } = object as BindingObject;
  const plural = metadata.namespace === undefined ? 'clusterrolebindings' : 'rolebindings';
  if (roleRef !== undefined) checkBindingEscalation(context, { plural, roleRef, namespace: metadata.namespace ?? '' });
}

function bindingDefinition(
  names: Pick<ResourceDefinition, 'kind' | 'plural' | 'singular' | 'namespaced'>,
): ResourceDefinition {
  const { namespaced } = names;
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
        applyDefaults: applyBindingDefaults,
        validate: (object) => validateBinding(object as BindingObject, namespaced),
        validateChange,
        prepareForCreate: check,
        prepareForUpdate: (next, previous, _subresource, context) => {
          const isSame = deepEqual(next['subjects'] ?? null, previous['subjects'] ?? null);
          if (!isSame || validateChange(next, previous).length > 0) check(next, context);
        },
      },
    ),
  };
}

/** RoleBindings. */
export const roleBindings: ResourceDefinition = bindingDefinition({
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
});

/** ClusterRoleBindings. */
export const clusterRoleBindings: ResourceDefinition = bindingDefinition({
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
});
