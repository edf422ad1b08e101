import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { accessModesText, type AccessMode, validateAccessModes, validateVolumeMode } from './access-modes.ts';
import { deepEqual } from './deep-equal.ts';
import { forbidden, invalid, required } from './field-errors.ts';
import { textCauses } from './field-paths.ts';
import { dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { parseQuantity } from './quantity.ts';
import { canonicalizeResourceList, type ResourceList } from './resource-list.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

interface PersistentVolumeClaim extends KubeObject {
  spec?: {
    accessModes?: AccessMode[];
    resources?: { requests?: ResourceList; limits?: ResourceList };
    storageClassName?: string;
    volumeAttributesClassName?: string;
    volumeMode?: string;
    volumeName?: string;
  };
  status?: { phase?: string; accessModes?: AccessMode[]; capacity?: ResourceList };
}

function applyDefaults(object: KubeObject): void {
  const claim = object as PersistentVolumeClaim;
  claim.spec = { ...claim.spec, volumeMode: claim.spec?.volumeMode ?? 'Filesystem' };
  claim.status = { ...claim.status, phase: claim.status?.phase ?? 'Pending' };
  canonicalizeResourceList(claim.spec.resources?.requests);
  canonicalizeResourceList(claim.spec.resources?.limits);
  canonicalizeResourceList(claim.status.capacity);
}

function validate(object: KubeObject): FieldCause[] {
  const { spec = {} } = object as PersistentVolumeClaim;
  const causes = validateAccessModes(spec.accessModes, 'spec.accessModes', 'at least 1 access mode is required');
  const storage = spec.resources?.requests?.['storage'];
  if (storage === undefined) causes.push(required('spec.resources[storage]'));
  else if (parseQuantity(storage).nano <= 0n) {
    causes.push(invalid('spec.resources[storage]', storage, 'must be greater than zero'));
  }
  if (spec.storageClassName) {
    causes.push(...textCauses(dnsSubdomainProblems, spec.storageClassName, 'spec.storageClassName'));
  }
  return [...causes, ...validateVolumeMode(spec.volumeMode, 'spec.volumeMode')];
}

function validateChange(next: KubeObject, previous: KubeObject, subresource: string): FieldCause[] {
  if (subresource !== '') return [];
  const after = { ...(next as PersistentVolumeClaim).spec };
  const before = { ...(previous as PersistentVolumeClaim).spec };
  if (!before.volumeName) before.volumeName = after.volumeName ?? '';
  if (before.storageClassName === undefined && after.storageClassName !== undefined) {
    before.storageClassName = after.storageClassName;
  }
  const settled = { resources: undefined, volumeAttributesClassName: undefined };
  if (deepEqual({ ...after, ...settled }, { ...before, ...settled })) return [];
  const detail =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [forbidden('spec', detail)];
}

/** Claims for storage. Nothing here binds them: they are data for providers that read them. */
export const persistentVolumeClaims: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  categories: [],
  namespaced: true,
  subresources: ['status'],
  selectableFields: { name: (object) => object.metadata.name },
  columns: [
    nameColumn,
    column(
      'Status',
      ({ metadata, status }: PersistentVolumeClaim) =>
        metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
      { description: 'Pending, Bound, Lost or Terminating.' },
    ),
    column('Volume', ({ spec }: PersistentVolumeClaim) => spec?.volumeName ?? '', { description: 'The bound volume.' }),
    column(
      'Capacity',
      ({ spec, status }: PersistentVolumeClaim) => (spec?.volumeName ? (status?.capacity?.['storage'] ?? '0') : ''),
      { description: 'The size of the bound volume.' },
    ),
    column(
      'Access Modes',
      ({ spec, status }: PersistentVolumeClaim) => (spec?.volumeName ? accessModesText(status?.accessModes) : ''),
      { description: 'How the bound volume may be mounted.' },
    ),
    column('StorageClass', ({ spec }: PersistentVolumeClaim) => spec?.storageClassName ?? '', {
      description: 'The class of storage.',
    }),
    column('VolumeAttributesClass', ({ spec }: PersistentVolumeClaim) => spec?.volumeAttributesClassName ?? '<unset>', {
      description: 'The class of volume attributes.',
    }),
    ageColumn,
    column('VolumeMode', ({ spec }: PersistentVolumeClaim) => spec?.volumeMode ?? '<unset>', {
      description: 'Filesystem or Block.',
      wide: true,
    }),
  ],
  strategy: objectStrategy(
    { namespaced: true, nameProblems: dnsSubdomainProblems },
    {
      applyDefaults,
      prepareForCreate: (object) => {
        object['status'] = { phase: 'Pending' };
      },
      prepareForUpdate: (next, previous, subresource) => {
        const kept = subresource === 'status' ? 'spec' : 'status';
        next[kept] = previous[kept];
      },
      validate,
      validateChange,
    },
  ),
};
