import type { MetricFamily } from '../provider/statistics.ts';
import type { EnginePod } from './driver/engine-pod.ts';
import type { ProbeType } from './machine/engine-state.ts';

/**
 * The kubelet's count of probes by result, of the pods that are looked after. As in the kubelet a pod has no series any more
 * when it has ended or is gone, and only those of its readiness while it is being stopped.
 */
export function probeMetrics(pods: Iterable<Pick<EnginePod, 'ref' | 'state' | 'probeCounts'>>): MetricFamily[] {
  const samples = [...pods].flatMap(({ ref, state, probeCounts }) => probeCounts.samples(ref, probedTypes(state)));
  return [
    {
      name: 'prober_probe_total',
      type: 'counter',
      help: '[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.',
      samples,
    },
  ];
}

function probedTypes({ stop, end }: EnginePod['state']): readonly ProbeType[] {
  if (end !== undefined) return [];
  return stop === undefined ? ['startup', 'liveness', 'readiness'] : ['readiness'];
}
