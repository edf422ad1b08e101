import { changeObject, followRegistry, isGone, recordEvent, removeObject } from '../control-loop/registry-access.ts';
import { type StartedLoop, startLoop } from '../control-loop/start-loop.ts';
import type { Registry } from '../registry/registry.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import { withCondition } from '../resources/pods/pod-conditions.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { type NodeLifecycleOptions, runNodeLifecycle } from './node-lifecycle.ts';
import type { NodeLifecyclePort } from './node-lifecycle-port.ts';

/** The times of the node lifecycle, in milliseconds. */
export type NodeLifecycleTimes = Pick<
  NodeLifecycleOptions,
  'nodeMonitorGracePeriod' | 'nodeStartupGracePeriod' | 'nodeMonitorPeriod' | 'orphanGracePeriod'
>;

/** Runs a write whose object may be gone, in which case there is nothing left to do. */
async function unlessGone(write: () => void): Promise<void> {
  try {
    write();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** What the node lifecycle needs, straight from the registry. */
function nodeLifecyclePort(registry: Registry): NodeLifecyclePort {
  const changePod = (pod: Pod, change: (current: Pod) => void): Promise<void> =>
    unlessGone(() => changeObject(registry, { plural: 'pods', object: pod, subresource: 'status' }, change));
  return {
    follow: followRegistry(registry),
    setNodeTaints: (node, taints) =>
      unlessGone(() =>
        changeObject<Node>(registry, { plural: 'nodes', object: node, subresource: '' }, (current) => {
          current.spec.taints = [...taints];
        }),
      ),
    setNodeConditions: (node, conditions) =>
      unlessGone(() =>
        changeObject<Node>(registry, { plural: 'nodes', object: node, subresource: 'status' }, (current) => {
          current.status = { ...current.status, conditions: [...conditions] };
        }),
      ),
    setPodCondition: (pod, change) =>
      changePod(pod, (current) => {
        current.status = withCondition(current.status ?? {}, change, registry.clock.now());
      }),
    failPod: (pod, change) =>
      changePod(pod, (current) => {
        current.status = { ...withCondition(current.status ?? {}, change, registry.clock.now()), phase: 'Failed' };
      }),
    deletePod: (pod, gracePeriodSeconds) =>
      unlessGone(() => removeObject(registry, { plural: 'pods', object: pod }, gracePeriodSeconds)),
    recordEvent: async (report) => recordEvent(registry, report),
  };
}

/** Starts the node lifecycle of a cluster. What fails goes to `onError`, and is tried again. */
export function startNodeLifecycle(
  registry: Registry,
  onError: (error: unknown) => void,
  times: NodeLifecycleTimes = {},
): StartedLoop {
  const port = nodeLifecyclePort(registry);
  return startLoop((signal) => runNodeLifecycle({ port, clock: registry.clock, signal, onError, ...times }), onError);
}
