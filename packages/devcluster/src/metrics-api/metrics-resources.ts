import type { KubeObject, ResourceDefinition, TableColumn } from '../registry/definition.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { formatQuantity, parseQuantity } from '../resources/quantity.ts';
import { column, nameColumn } from '../resources/table-columns.ts';
import { metricsGroup, metricsVersion, type NodeMetrics, type PodMetrics } from './metrics-objects.ts';

function usages(object: KubeObject): NodeMetrics['usage'][] {
  const { usage, containers = [] } = object as Partial<NodeMetrics & PodMetrics>;
  return usage === undefined ? containers.map((one) => one.usage) : [usage];
}

function sum(object: KubeObject, resource: 'cpu' | 'memory'): string {
  const quantities = usages(object).map((usage) => parseQuantity(usage[resource]));
  const nano = quantities.reduce((total, quantity) => total + quantity.nano, 0n);
  return formatQuantity({ nano, format: resource === 'cpu' ? 'decimal' : 'binary' });
}

const columns: readonly TableColumn[] = [
  nameColumn,
  column('cpu', (object) => sum(object, 'cpu'), { description: 'The processors in use, over the window.' }),
  column('memory', (object) => sum(object, 'memory'), { description: 'The working set.' }),
  column('Window', (object: NodeMetrics | PodMetrics) => object.window, {
    description: 'The time over which the processors were counted.',
  }),
];

function definition(kind: string, plural: string, namespaced: boolean): ResourceDefinition {
  return {
    group: metricsGroup,
    version: metricsVersion,
    kind,
    plural,
    singular: '',
    shortNames: [],
    categories: [],
    namespaced,
    subresources: [],
    selectableFields: {},
    columns,
    strategy: {},
  };
}

/** The resources of metrics.k8s.io. They are not stored: each answer is made from what nodes say. */
export const metricsResources: readonly ServedResource[] = [
  definition('NodeMetrics', 'nodes', false),
  definition('PodMetrics', 'pods', true),
].map((one) => ({
  group: one.group,
  version: one.version,
  kind: one.kind,
  definition: one,
  schema: { type: 'any' },
}));
