import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { ageColumn, nameColumn } from './table-columns.ts';

/** A ServiceAccount, as far as pods are concerned. */
export interface ServiceAccount extends KubeObject {
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: { name?: string }[];
}

/** ServiceAccounts. */
export const serviceAccounts: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  namespaced: true,
  subresources: ['token'],
  selectableFields: {},
  columns: [nameColumn, ageColumn],
  strategy: objectStrategy({ namespaced: true, nameProblems: dnsSubdomainProblems }),
};
