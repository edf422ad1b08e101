import type { KubeObject, ResourceDefinition } from '../../registry/definition.ts';
import { dnsSubdomainProblems } from '../names.ts';
import { objectStrategy } from '../object-strategy.ts';
import { canonicalizeResourceList } from '../resource-list.ts';
import { nodeColumns } from './node-columns.ts';
import type { Node } from './node-types.ts';
import { validateNode, validateNodeChange } from './node-validation.ts';

function applyDefaults(object: KubeObject): void {
  const node = object as Node;
  node.spec ??= {};
  const { status } = node;
  if (status === undefined) return;
  canonicalizeResourceList(status.capacity);
  canonicalizeResourceList(status.allocatable);
  if (status.allocatable === undefined && status.capacity !== undefined) status.allocatable = { ...status.capacity };
}

/** A new node counts as not ready until the node lifecycle has seen that it is (the admission TaintNodesByCondition). */
function prepareForCreate(object: KubeObject): void {
  const { spec } = object as Node;
  const key = 'node.kubernetes.io/not-ready';
  if (spec.taints?.some((taint) => taint.key === key && taint.effect === 'NoSchedule')) return;
  spec.taints = [...(spec.taints ?? []), { effect: 'NoSchedule', key }];
}

function prepareForUpdate(next: KubeObject, previous: KubeObject, subresource: string): void {
  const kept = subresource === 'status' ? 'spec' : 'status';
  next[kept] = previous[kept];
}

/** Nodes. Their status may be given at creation already, unlike that of pods. */
export const nodes: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  namespaced: false,
  subresources: ['proxy', 'status'],
  selectableFields: { 'spec.unschedulable': (object) => String((object as Node).spec?.unschedulable === true) },
  columns: nodeColumns,
  strategy: objectStrategy(
    { namespaced: false, nameProblems: dnsSubdomainProblems },
    { applyDefaults, prepareForCreate, prepareForUpdate, validate: validateNode, validateChange: validateNodeChange },
  ),
};
