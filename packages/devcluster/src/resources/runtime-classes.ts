import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { deepEqual } from './deep-equal.ts';
import { invalid, required } from './field-errors.ts';
import { immutableMessage } from './metadata-validation.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { canonicalizeResourceList, type ResourceList } from './resource-list.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

/** A RuntimeClass, which may add an overhead and scheduling rules to the pods that name it. */
export interface RuntimeClass extends KubeObject {
  handler?: string;
  overhead?: { podFixed?: ResourceList };
  scheduling?: { nodeSelector?: Record<string, string>; tolerations?: object[] };
}

function validate(object: KubeObject): FieldCause[] {
  const handler = (object as RuntimeClass).handler ?? '';
  if (handler === '') return [required('handler')];
  return dnsLabelProblems(handler).map((problem) => invalid('handler', handler, problem));
}

function validateChange(next: KubeObject, previous: KubeObject): FieldCause[] {
  return deepEqual(next['handler'], previous['handler']) ? [] : [invalid('handler', next['handler'], immutableMessage)];
}

/** RuntimeClasses. */
export const runtimeClasses: ResourceDefinition = {
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  shortNames: [],
  categories: [],
  namespaced: false,
  subresources: [],
  selectableFields: {},
  columns: [
    nameColumn,
    column('Handler', (object: RuntimeClass) => object.handler ?? '', {
      description: "The node's configuration to use.",
    }),
    ageColumn,
  ],
  strategy: {
    ...objectStrategy(
      { namespaced: false, nameProblems: dnsSubdomainProblems },
      {
        applyDefaults: (object) => canonicalizeResourceList((object as RuntimeClass).overhead?.podFixed),
        validate,
        validateChange,
      },
    ),
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
  },
};
