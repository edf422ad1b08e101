import type { KubeObject, ResourceDefinition } from '../../registry/definition.ts';
import { dnsLabelProblems } from '../names.ts';
import { objectStrategy } from '../object-strategy.ts';
import { ageColumn, column, formatLabels, nameColumn } from '../table-columns.ts';
import { allocateAddresses } from './service-addresses.ts';
import { applyServiceDefaults } from './service-defaults.ts';
import type { Service } from './service-types.ts';
import { validateNewAddress, validateService, validateServiceChange } from './service-validation.ts';

function externalAddresses({ spec, status }: Service): string {
  const own = spec.externalIPs ?? [];
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type !== 'LoadBalancer') return own.length > 0 ? own.join(',') : '<none>';
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  const all = [...new Set(ingress.filter((address) => address !== ''))].sort().concat(own);
  return all.length > 0 ? all.join(',') : '<pending>';
}

function portsText({ spec }: Service): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.length > 0 ? ports.join(',') : '<none>';
}

function prepareForUpdate(next: KubeObject, previous: KubeObject, subresource: string): void {
  if (subresource === 'status') {
    next['spec'] = previous['spec'];
    return;
  }
  next['status'] = previous['status'];
  const { spec } = next as Service;
  const before = (previous as Service).spec;
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  if (!spec.clusterIP && !spec.clusterIPs?.length) {
    if (before.clusterIP !== undefined) spec.clusterIP = before.clusterIP;
    if (before.clusterIPs !== undefined) spec.clusterIPs = before.clusterIPs;
  } else if (spec.clusterIP !== before.clusterIP && deepEqualLists(spec.clusterIPs, before.clusterIPs)) {
    spec.clusterIPs = spec.clusterIP ? [spec.clusterIP] : [];
  }
  if (before.ipFamilies !== undefined) spec.ipFamilies ??= before.ipFamilies;
  if (before.ipFamilyPolicy !== undefined) spec.ipFamilyPolicy ??= before.ipFamilyPolicy;
}

function deepEqualLists(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return left.length === right.length && left.every((member, index) => member === right[index]);
}

const base = objectStrategy(
  { namespaced: true, nameProblems: dnsLabelProblems },
  {
    applyDefaults: applyServiceDefaults,
    checksUpdatesAsNew: false,
    validate: validateService,
    validateChange: (next, previous, subresource) => (subresource === '' ? validateServiceChange(next, previous) : []),
  },
);

/** Services, with cluster addresses out of 10.96.0.0/16. No traffic is routed: they are data for the environment of pods. */
export const services: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  selectableFields: {
    'spec.clusterIP': (object) => (object as Service).spec?.clusterIP ?? '',
    'spec.type': (object) => (object as Service).spec?.type ?? '',
  },
  columns: [
    nameColumn,
    column('Type', ({ spec }: Service) => spec.type ?? '', { description: 'How the service is reached.' }),
    column('Cluster-IP', ({ spec }: Service) => spec.clusterIPs?.[0] ?? '<none>', {
      description: 'The address inside the cluster.',
    }),
    column('External-IP', externalAddresses, { description: 'The addresses outside the cluster.' }),
    column('Port(s)', portsText, { description: 'The ports.' }),
    ageColumn,
    column('Selector', ({ spec }: Service) => formatLabels(spec.selector), {
      description: 'The labels of the pods behind it.',
      wide: true,
    }),
  ],
  strategy: {
    ...base,
    prepareForCreate: (object, context) => {
      object['status'] = { loadBalancer: {} };
      allocateAddresses(object as Service, context);
    },
    prepareForUpdate: (next, previous, subresource, context) => {
      prepareForUpdate(next, previous, subresource);
      if (subresource === '') allocateAddresses(next as Service, context);
    },
    // The server hands out addresses before it checks the rest.
    validateCreate: (object, context) => {
      const causes = validateNewAddress(object, context);
      return causes.length > 0 ? causes : (base.validateCreate?.(object, context) ?? []);
    },
    allowCreateOnUpdate: true,
  },
};
