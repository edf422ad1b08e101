import type { KubeObject, ResourceDefinition } from '../../registry/definition.ts';
import {
  type NameRule,
  validateEveryUpdate,
  validateMetadata,
  validateMetadataUpdate,
} from '../metadata-validation.ts';
import { dnsSubdomainProblems } from '../names.ts';
import { canonicalizeResourceList } from '../resource-list.ts';
import { nodeColumns } from './node-columns.ts';
import type { Node } from './node-types.ts';
import { validateNode, validateNodeChange } from './node-validation.ts';

const nameRule: NameRule = { namespaced: false, nameProblems: dnsSubdomainProblems };

function applyDefaults(object: KubeObject): void {
  const node = object as Node;
  const spec = (node.spec ??= {});
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  else if (spec.podCIDRs?.[0] !== undefined) spec.podCIDR = spec.podCIDRs[0];
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
  strategy: {
    applyDefaults,
    prepareForCreate,
    prepareForUpdate,
    validateCreate: (object) => [...validateMetadata(object, nameRule), ...validateNode(object)],
    // The server checks an update of the node as if it were new, and as a change besides, and lists what both find.
    validateUpdate: (next, previous, subresource) => [
      ...validateEveryUpdate(next, previous),
      ...(subresource === '' ? [...validateMetadata(next, nameRule), ...validateNode(next)] : []),
      ...validateMetadataUpdate(next, previous),
      ...validateNodeChange(next, previous),
    ],
  },
};
