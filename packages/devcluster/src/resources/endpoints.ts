import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

interface EndpointsPort {
  name?: string;
  port: number;
  protocol?: string;
}

interface Endpoints extends KubeObject {
  subsets?: { addresses?: { ip: string }[]; ports?: EndpointsPort[] }[];
}

const shownAddresses = 3;

function applyDefaults(object: KubeObject): void {
  for (const subset of (object as Endpoints).subsets ?? []) {
    for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  }
}

function formatEndpoints({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => {
    if (ports.length === 0) return addresses.map(({ ip }) => ip);
    return ports.flatMap(({ port }) =>
      addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
    );
  });
  const shown = all.slice(0, shownAddresses).join(',');
  return all.length > shownAddresses ? `${shown} + ${all.length - shownAddresses} more...` : shown;
}

/** Endpoints of Services. */
export const endpoints: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  categories: [],
  namespaced: true,
  subresources: [],
  selectableFields: {},
  columns: [
    nameColumn,
    column('Endpoints', formatEndpoints, { description: 'The first addresses and ports.' }),
    ageColumn,
  ],
  strategy: {
    ...objectStrategy({ namespaced: true, nameProblems: dnsSubdomainProblems }, { applyDefaults }),
    allowCreateOnUpdate: true,
  },
};
