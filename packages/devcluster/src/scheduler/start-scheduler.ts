import { changeObject, followRegistry, isGone, recordEvent } from '../control-loop/registry-access.ts';
import { type StartedLoop, startLoop } from '../control-loop/start-loop.ts';
import { bindPod } from '../registry/bind-pod.ts';
import type { Registry } from '../registry/registry.ts';
import { withCondition } from '../resources/pods/pod-conditions.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { runScheduler } from './scheduler.ts';
import type { SchedulerPort } from './scheduler-port.ts';

const component = 'default-scheduler';

/** What the scheduler needs, straight from the registry. */
function schedulerPort(registry: Registry): SchedulerPort {
  return {
    follow: followRegistry(registry),
    bind: async (pod, nodeName) => {
      const { namespace = '', name, uid } = pod.metadata;
      bindPod(registry, {
        namespace,
        name,
        binding: { metadata: { name, uid }, target: { kind: 'Node', name: nodeName } },
      });
    },
    setCondition: async (pod, change) => {
      changeObject<Pod>(registry, { plural: 'pods', object: pod, subresource: 'status' }, (current) => {
        current.status = withCondition(current.status ?? {}, change, registry.clock.now());
      });
    },
    recordEvent: async ({ pod, ...event }) => recordEvent(registry, { about: pod, component, ...event }),
  };
}

/** Starts the scheduler of a cluster. What fails for another reason than that a pod is gone goes to `onError`. */
export function startScheduler(registry: Registry, onError: (error: unknown) => void): StartedLoop {
  const report = (error: unknown): void => {
    if (!isGone(error)) onError(error);
  };
  return startLoop(
    (signal) => runScheduler({ port: schedulerPort(registry), clock: registry.clock, signal, onError: report }),
    onError,
  );
}
