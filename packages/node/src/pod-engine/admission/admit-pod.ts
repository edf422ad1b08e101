import type { AdmissionSurroundings, PodRejection } from '../../provider/pod-admission.ts';
import type { Pod } from '../../provider/wire.ts';
import { hostPortsAreFree } from './host-ports.ts';
import { matchesNode } from './node-affinity.ts';
import { findShortage, type Allocatable } from './node-resources.ts';
import { wrongSystem } from './operating-system.ts';
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
 * gives reason and message, in the kubelet's words. What depends on the Node is not checked while there is none.
 *
 * Source: pkg/kubelet/lifecycle/predicate.go of Kubernetes 1.36.
 */
export function admitPod(
  pod: Pod,
  { node, others, allocatable, operatingSystem }: AdmittingNode,
): PodRejection | undefined {
  const foreign = wrongSystem(pod, operatingSystem);
  if (foreign !== undefined) return foreign;
  const shortage = findShortage(pod, others, allocatable);
  if (shortage !== undefined) {
    const { resource, requested, used, capacity } = shortage;
    const figures = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
    return {
      reason: `OutOf${resource}`,
      message: `Node didn't have enough resource: ${resource}, ${figures}`,
    };
  }
  if (node !== undefined && !matchesNode(pod, node))
    return predicateFailed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  if (!hostPortsAreFree(pod, others))
    return predicateFailed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  if (node !== undefined && !toleratesNode(pod, node))
    return predicateFailed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}

function predicateFailed(name: string, why: string): PodRejection {
  return { reason: name, message: `Predicate ${name} failed: ${why}` };
}
