import type { FieldCause } from '../../registry/definition.ts';
import { notSupported, required } from '../field-errors.ts';
import type { Node } from '../nodes/node-types.ts';
import { withCondition } from './pod-conditions.ts';
import type { Pod } from './pod-types.ts';

/** The body of a POST to `pods/{name}/binding`. */
export interface Binding {
  metadata?: { name?: string; uid?: string; annotations?: Record<string, string>; labels?: Record<string, string> };
  target?: { apiVersion?: string; kind?: string; name?: string };
}

/** The labels of a node's place that a pod takes over when it is bound (KEP-4742). */
const topologyLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** What is wrong with a binding's target. */
export function validateBinding({ target }: Binding): FieldCause[] {
  const causes: FieldCause[] = [];
  if (target?.kind && target.kind !== 'Node')
    causes.push(notSupported('target.kind', target.kind, ['Node', '<empty>']));
  if (!target?.name) causes.push(required('target.name'));
  return causes;
}

/** Why a pod cannot be bound now, in the server's words for a 409 of `pods/binding`; undefined when it can. */
export function bindingConflict(pod: Pod): string | undefined {
  const { name, deletionTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (pod.spec.nodeName) return `pod ${name} is already assigned to node "${pod.spec.nodeName}"`;
  if (pod.spec.schedulingGates?.length) return `pod ${name} has non-empty .spec.schedulingGates`;
  return undefined;
}

/**
 * The pod as it is once bound: on its node, scheduled, with the annotations of the binding and the labels of the node's
 * place. The pod that is given stays as it is. Ask `bindingConflict` first.
 */
export function bindPod(pod: Pod, binding: Binding, options: { now: number; node?: Node | undefined }): Pod {
  const { annotations, labels } = binding.metadata ?? {};
  const nodeLabels = options.node?.metadata.labels ?? {};
  const place = topologyLabels.flatMap((key) => (nodeLabels[key] === undefined ? [] : [[key, nodeLabels[key]]]));
  const allLabels: Record<string, string> = {
    ...pod.metadata.labels,
    ...labels,
    ...(Object.fromEntries(place) as Record<string, string>),
  };
  const metadata = { ...pod.metadata };
  if (annotations !== undefined) metadata.annotations = { ...metadata.annotations, ...annotations };
  if (Object.keys(allLabels).length > 0) metadata.labels = allLabels;
  const { nominatedNodeName: _nominated, ...status } = pod.status ?? {};
  return {
    ...pod,
    metadata,
    spec: { ...pod.spec, nodeName: binding.target?.name ?? '' },
    status: withCondition(status, { type: 'PodScheduled', status: 'True' }, options.now),
  };
}
