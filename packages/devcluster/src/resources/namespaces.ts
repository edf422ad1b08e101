import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { dnsLabelProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}

const finalizer = 'kubernetes';

function applyDefaults(object: KubeObject): void {
  const namespace = object as Namespace;
  namespace.status = { ...namespace.status, phase: namespace.status?.phase ?? 'Active' };
  if (!namespace.metadata.name) return;
  namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name };
}

function prepareForCreate(object: KubeObject): void {
  const namespace = object as Namespace;
  applyDefaults(namespace);
  const finalizers = namespace.spec?.finalizers ?? [];
  namespace.spec = {
    ...namespace.spec,
    finalizers: finalizers.includes(finalizer) ? finalizers : [...finalizers, finalizer],
  };
  namespace.status = { phase: 'Active' };
}

function prepareForUpdate(next: KubeObject, previous: KubeObject, subresource: string): void {
  if (subresource === 'status') next['spec'] = previous['spec'];
  else {
    next['status'] = previous['status'];
    if (subresource === '') next['spec'] = previous['spec'];
  }
}

/** Namespaces, which keep the finalizer `kubernetes` until their contents are gone. */
export const namespaces: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  subresources: ['finalize', 'status'],
  selectableFields: { 'status.phase': (object) => (object as Namespace).status?.phase ?? '' },
  columns: [
    nameColumn,
    column('Status', (object: Namespace) => object.status?.phase ?? '', { description: 'Active or Terminating.' }),
    ageColumn,
  ],
  strategy: objectStrategy(
    { namespaced: false, nameProblems: dnsLabelProblems },
    { applyDefaults, prepareForCreate, prepareForUpdate },
  ),
};
