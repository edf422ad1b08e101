import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { invalid } from './field-errors.ts';
import { dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

/** A lease: who holds something, and until when. Times are RFC 3339 with microseconds. */
export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    leaseTransitions?: number;
    acquireTime?: string;
    renewTime?: string;
  };
}

function validate(object: KubeObject): FieldCause[] {
  const { spec = {} } = object as Lease;
  const causes: FieldCause[] = [];
  if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0) {
    causes.push(invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'));
  }
  if (spec.leaseTransitions !== undefined && spec.leaseTransitions < 0) {
    causes.push(invalid('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'));
  }
  return causes;
}

/** Leases. */
export const leases: ResourceDefinition = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  selectableFields: {},
  columns: [
    nameColumn,
    column('Holder', (object: Lease) => object.spec?.holderIdentity ?? '', { description: 'Who holds the lease.' }),
    ageColumn,
  ],
  strategy: {
    ...objectStrategy({ namespaced: true, nameProblems: dnsSubdomainProblems }, { validate }),
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
  },
};
