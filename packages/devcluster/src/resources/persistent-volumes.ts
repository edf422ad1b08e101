import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { accessModesText, type AccessMode, validateAccessModes, validateVolumeMode } from './access-modes.ts';
import { forbidden, notSupported, required } from './field-errors.ts';
import { dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { canonicalizeResourceList, type ResourceList } from './resource-list.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

interface PersistentVolume extends KubeObject {
  spec?: {
    accessModes?: AccessMode[];
    capacity?: ResourceList;
    claimRef?: { namespace?: string; name?: string };
    persistentVolumeReclaimPolicy?: string;
    storageClassName?: string;
    volumeAttributesClassName?: string;
    volumeMode?: string;
    hostPath?: { path: string; type?: string };
    [source: string]: unknown;
  };
  status?: { phase?: string; reason?: string; lastPhaseTransitionTime?: string };
}

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

/** Every field of the spec that is not a source of storage. */
const otherFields = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

function applyDefaults(object: KubeObject): void {
  const volume = object as PersistentVolume;
  volume.spec = {
    ...volume.spec,
    persistentVolumeReclaimPolicy: volume.spec?.persistentVolumeReclaimPolicy ?? 'Retain',
    volumeMode: volume.spec?.volumeMode ?? 'Filesystem',
  };
  volume.status = { ...volume.status, phase: volume.status?.phase ?? 'Pending' };
  if (volume.spec.hostPath !== undefined) volume.spec.hostPath.type ??= '';
  canonicalizeResourceList(volume.spec.capacity);
}

function validate(object: KubeObject): FieldCause[] {
  const { spec = {} } = object as PersistentVolume;
  const causes = validateAccessModes(spec.accessModes, 'spec.accessModes');
  const { capacity, persistentVolumeReclaimPolicy: policy = '' } = spec;
  const resources = Object.keys(capacity ?? {});
  if (resources.length === 0) causes.push(required('spec.capacity'));
  if (resources.length !== 1 || resources[0] !== 'storage') {
    causes.push(notSupported('spec.capacity', capacity ?? null, ['storage']));
  }
  if (!reclaimPolicies.includes(policy)) {
    causes.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies));
  }
  const sources = Object.keys(spec).filter((field) => !otherFields.has(field) && spec[field] !== undefined);
  if (sources.length === 0) causes.push(required('spec', 'must specify a volume type'));
  for (const source of sources.slice(1)) {
    causes.push(forbidden(`spec.${source}`, 'may not specify more than 1 volume type'));
  }
  return [...causes, ...validateVolumeMode(spec.volumeMode, 'spec.volumeMode')];
}

function claimText({ spec }: PersistentVolume): string {
  return spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`;
}

/** Volumes. Nothing here binds or provisions them: they are data for providers that read them. */
export const persistentVolumes: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  categories: [],
  namespaced: false,
  subresources: ['status'],
  selectableFields: { name: (object) => object.metadata.name },
  columns: [
    nameColumn,
    column('Capacity', ({ spec }: PersistentVolume) => spec?.capacity?.['storage'] ?? '0', {
      description: 'The size.',
    }),
    column('Access Modes', ({ spec }: PersistentVolume) => accessModesText(spec?.accessModes), {
      description: 'How it may be mounted.',
    }),
    column('Reclaim Policy', ({ spec }: PersistentVolume) => spec?.persistentVolumeReclaimPolicy ?? '', {
      description: 'What becomes of it when its claim goes.',
    }),
    column(
      'Status',
      ({ metadata, status }: PersistentVolume) =>
        metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
      { description: 'Pending, Available, Bound, Released, Failed or Terminating.' },
    ),
    column('Claim', claimText, { description: 'The claim that it is bound to.' }),
    column('StorageClass', ({ spec }: PersistentVolume) => spec?.storageClassName ?? '', {
      description: 'The class of storage.',
    }),
    column('VolumeAttributesClass', ({ spec }: PersistentVolume) => spec?.volumeAttributesClassName ?? '<unset>', {
      description: 'The class of volume attributes.',
    }),
    column('Reason', ({ status }: PersistentVolume) => status?.reason ?? '', {
      description: 'Why it is in that state.',
    }),
    ageColumn,
    column('VolumeMode', ({ spec }: PersistentVolume) => spec?.volumeMode ?? '<unset>', {
      description: 'Filesystem or Block.',
      wide: true,
    }),
  ],
  strategy: objectStrategy(
    { namespaced: false, nameProblems: dnsSubdomainProblems },
    {
      applyDefaults,
      prepareForCreate: (object, context) => {
        const lastPhaseTransitionTime = new Date(context.now()).toISOString().replace(/\.\d+Z$/, 'Z');
        object['status'] = { phase: 'Pending', lastPhaseTransitionTime };
      },
      prepareForUpdate: (next, previous, subresource) => {
        const kept = subresource === 'status' ? 'spec' : 'status';
        next[kept] = previous[kept];
      },
      validate,
    },
  ),
};
