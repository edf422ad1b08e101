import type { ResourceDefinition } from '../../registry/definition.ts';
import { podColumns, podRowConditions } from './pod-columns.ts';
import { podStrategy } from './pod-strategy.ts';
import type { Pod } from './pod-types.ts';

/** Pods. */
export const pods: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  subresources: [
    'attach',
    'binding',
    'ephemeralcontainers',
    'eviction',
    'exec',
    'log',
    'portforward',
    'resize',
    'status',
  ],
  selectableFields: {
    'spec.nodeName': (object) => (object as Pod).spec?.nodeName ?? '',
    'spec.restartPolicy': (object) => (object as Pod).spec?.restartPolicy ?? '',
    'spec.schedulerName': (object) => (object as Pod).spec?.schedulerName ?? '',
    'spec.serviceAccountName': (object) => (object as Pod).spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (object) => String((object as Pod).spec?.hostNetwork === true),
    'status.phase': (object) => (object as Pod).status?.phase ?? '',
    'status.podIP': (object) => (object as Pod).status?.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': (object) => (object as Pod).status?.nominatedNodeName ?? '',
  },
  columns: podColumns,
  rowConditions: podRowConditions,
  strategy: podStrategy,
};
