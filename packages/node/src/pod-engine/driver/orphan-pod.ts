import type { PodRef } from '../../provider/pod-ref.ts';
import type { Pod } from '../../provider/wire.ts';
import type { SeenPod } from './seen-pod.ts';

/** A pod of which only the runtime still knows: enough of a spec to stop it. Its hooks are gone with its object. */
export function orphanPod({ namespace, name, uid }: PodRef, seen: SeenPod, gracePeriodSeconds: number): Pod {
  const names = new Set(seen.containers.map((container) => container.name));
  return {
    metadata: { namespace, name, uid },
    spec: {
      containers: [...names].map((container) => ({ name: container })),
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: gracePeriodSeconds,
    },
  };
}
