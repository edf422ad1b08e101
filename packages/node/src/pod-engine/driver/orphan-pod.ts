import type { Logger } from '../../provider/logger.ts';
import { formatPodRef, type PodRef } from '../../provider/pod-ref.ts';
import type { Container, Pod } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { SeenPod } from './seen-pod.ts';
import { readStopSpec } from './stop-spec.ts';

/** A pod of which only the runtime still knows: enough of a spec to stop it, hooks before the stop included. */
export function orphanPod(
  ref: PodRef,
  seen: SeenPod,
  { gracePeriodSeconds, log }: { readonly gracePeriodSeconds: number; readonly log: Logger },
): Pod {
  const { namespace, name, uid } = ref;
  const newest = new Map(seen.containers.toSorted((a, b) => a.attempt - b.attempt).map((run) => [run.name, run]));
  const containerOf = (run: RuntimeContainer): Container => {
    if (run.stopSpec === undefined) return { name: run.name };
    const spec = readStopSpec(run.stopSpec);
    if (spec === undefined) {
      const fields = { pod: formatPodRef(ref), uid, container: run.name };
      log.warn('What the runtime kept of a preStop hook cannot be read: the container is stopped without it', fields);
    }
    return { ...spec, name: run.name };
  };
  return {
    metadata: { namespace, name, uid },
    spec: {
      containers: [...newest.values()].map((run) => containerOf(run)),
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: gracePeriodSeconds,
    },
  };
}
