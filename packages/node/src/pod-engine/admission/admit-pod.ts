import type { AdmissionSurroundings, PodPreemption, PodRejection } from '../../provider/pod-admission.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import type { Pod } from '../../provider/wire.ts';
import { isCriticalPod } from './critical-pod.ts';
import { hostPortsAreFree } from './host-ports.ts';
import { matchesNode } from './node-affinity.ts';
import { findShortages, type Allocatable, type Shortage } from './node-resources.ts';
import { wrongSystem } from './operating-system.ts';
import { podsToPreempt, type Needs } from './pods-to-preempt.ts';
import { toleratesNode } from './taints.ts';

/** What a node is, for pods that were bound to it. */
export interface AdmittingNode extends AdmissionSurroundings {
  /** What the node has for pods, by resource. What is not named is not counted. */
  readonly allocatable: Allocatable;
  /** What containers run on here, in Go's words (`GOOS`). */
  readonly operatingSystem: string;
}

/**
 * Whether a pod fits a node besides those that are there, as a kubelet judges it: the operating system, the checks that it has in
 * common with the scheduler (resources, node selector and affinity, host ports) and the taints that evict. The first that fails
 * gives reason and message, in the kubelet's words. What depends on the Node is not checked while there is none. For a critical
 * pod that fails by resources alone, others are named that make room.
 *
 * Source: pkg/kubelet/lifecycle/predicate.go of Kubernetes 1.36.
 */
export function admitPod(pod: Pod, surroundings: AdmittingNode): PodRejection | PodPreemption | undefined {
  const { others, allocatable, operatingSystem } = surroundings;
  const foreign = wrongSystem(pod, operatingSystem);
  if (foreign !== undefined) return foreign;
  const shortages = findShortages(pod, others, allocatable);
  const [first] = shortages;
  if (first !== undefined && !isCriticalPod(pod)) return tooLittle(first);
  const misfit = findMisfit(pod, surroundings);
  if (misfit !== undefined || first === undefined) return misfit;
  return makeRoom(pod, others, shortages);
}

/** What others cannot make good by making room. */
function findMisfit(pod: Pod, { node, others }: AdmittingNode): PodRejection | undefined {
  if (node !== undefined && !matchesNode(pod, node))
    return predicateFailed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  if (!hostPortsAreFree(pod, others))
    return predicateFailed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  if (node !== undefined && !toleratesNode(pod, node))
    return predicateFailed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}

function makeRoom(pod: Pod, others: readonly Pod[], shortages: readonly Shortage[]): PodPreemption | PodRejection {
  const needs = new Map(
    shortages.map(({ resource, requested, used, capacity }) => [resource, requested - (capacity - used)]),
  );
  const found = podsToPreempt(pod, others, needs);
  if ('lacking' in found) return noneToPreempt(found.lacking);
  const [first] = shortages;
  return { victims: found.victims.map(podRefOf), ...(first !== undefined && { resource: first.resource }) };
}

function tooLittle({ resource, requested, used, capacity }: Shortage): PodRejection {
  const figures = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, ${figures}` };
}

function noneToPreempt(lacking: Needs): PodRejection {
  const list = [...lacking].map(([resource, amount]) => `(res: ${resource}, q: ${amount}), `).join('');
  const message =
    'Unexpected error while attempting to recover from admission failure: preemption: ' +
    `error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${list}]`;
  return { reason: 'UnexpectedAdmissionError', message };
}

function predicateFailed(name: string, why: string): PodRejection {
  return { reason: name, message: `Predicate ${name} failed: ${why}` };
}
