import type { PodRef } from '../../provider/pod-ref.ts';
import type { Container, Pod } from '../../provider/wire.ts';
import type { ContainerRecord } from '../runtime/container.ts';
import type { SeenPod } from './seen-pod.ts';

/** What the kubelet keeps with a container, too, so that it can be stopped as it asks for when its pod is forgotten. */
type StopSpec = Pick<Container, 'lifecycle' | 'ports'>;

/** What has to be kept with a container for its stop; nothing for one without a hook. */
export function stopSpecOf({ lifecycle, ports }: Container): Pick<ContainerRecord, 'stopSpec'> {
  if (lifecycle?.preStop === undefined) return {};
  const spec: StopSpec = { lifecycle: { preStop: lifecycle.preStop }, ...(ports !== undefined && { ports }) };
  return { stopSpec: JSON.stringify(spec) };
}

/** A pod of which only the runtime still knows: enough of a spec to stop it, hooks before the stop included. */
export function orphanPod({ namespace, name, uid }: PodRef, seen: SeenPod, gracePeriodSeconds: number): Pod {
  const newest = new Map(seen.containers.toSorted((a, b) => a.attempt - b.attempt).map((run) => [run.name, run]));
  return {
    metadata: { namespace, name, uid },
    spec: {
      containers: [...newest].map(([container, { stopSpec }]) => ({
        ...(stopSpec !== undefined && (JSON.parse(stopSpec) as StopSpec)),
        name: container,
      })),
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: gracePeriodSeconds,
    },
  };
}
