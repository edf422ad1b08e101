import type { EventReport } from '../resources/new-event.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import { isTerminalPod, type Pod } from '../resources/pods/pod-types.ts';
import type { NodeLifecyclePort } from './node-lifecycle-port.ts';
import type { Membership } from './node-lifecycle-state.ts';

const controller = 'node-controller';

/** What the node lifecycle says about a node. */
export function nodeEvent(node: Node, reason: string, message: string): EventReport {
  return { about: node, type: 'Normal', reason, message, component: controller };
}

/** What the eviction says about a pod. */
export function evictionEvent(pod: Pod, verb: string): EventReport {
  const { namespace, name } = pod.metadata;
  return {
    about: pod,
    type: 'Normal',
    reason: 'TaintManagerEviction',
    message: `${verb} Pod ${namespace}/${name}`,
    component: 'taint-eviction-controller',
  };
}

/** Says of a pod on a node that is not ready that it is not ready either, and nothing else about it. */
export async function markPodNotReady(port: NodeLifecyclePort, pod: Pod): Promise<void> {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.status === 'False' || isTerminalPod(pod)) return;
  const change = { ...ready, status: 'False' } as const;
  const { type, status, reason, message } = change;
  await port.setPodCondition(pod, {
    type,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  });
  await port.recordEvent({
    about: pod,
    type: 'Warning',
    reason: 'NodeNotReady',
    message: 'Node is not ready',
    component: controller,
  });
}

/** Deletes a pod that its node's taints drive away, and says so in an event and a condition. */
export async function evictPod(port: NodeLifecyclePort, pod: Pod): Promise<void> {
  await port.recordEvent(evictionEvent(pod, 'Marking for deletion'));
  await port.setPodCondition(pod, {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  });
  await port.deletePod(pod);
}

/** Ends and removes a pod whose node is no more: nobody is left to do it. */
export async function removeOrphan(port: NodeLifecyclePort, pod: Pod): Promise<void> {
  if (!isTerminalPod(pod)) {
    await port.failPod(pod, {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
    });
  }
  await port.deletePod(pod, 0);
}

/** Records which nodes came and went. */
export async function announceMembership(port: NodeLifecyclePort, { added, removed }: Membership): Promise<void> {
  for (const node of added) {
    const { name } = node.metadata;
    await port.recordEvent(
      nodeEvent(node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`),
    );
  }
  for (const node of removed) {
    const { name } = node.metadata;
    await port.recordEvent(
      nodeEvent(node, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`),
    );
  }
}
