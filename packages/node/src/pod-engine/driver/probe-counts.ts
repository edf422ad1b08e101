import type { MetricSample } from '../../provider/statistics.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { ProbeOutcome } from '../machine/engine-action.ts';
import type { ProbeType } from '../machine/engine-state.ts';

const typeWords: Readonly<Record<ProbeType, string>> = {
  startup: 'Startup',
  liveness: 'Liveness',
  readiness: 'Readiness',
};

interface Count {
  readonly container: string;
  readonly type: ProbeType;
  readonly result: 'successful' | 'failed';
  times: number;
}

/** How often the probes of one pod have come to which result, in this process. */
export class ProbeCounts {
  readonly #counts = new Map<string, Count>();

  /** A warning is a success. A probe that could not be made is not counted: it says nothing of the container. */
  add(container: string, type: ProbeType, outcome: ProbeOutcome): void {
    const result = outcome.result === 'failure' ? 'failed' : 'successful';
    const key = `${container}/${type}/${result}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { container, type, result, times: 1 });
    else known.times += 1;
  }

  /** The labels are those of the kubelet's `prober_probe_total`. */
  samples({ namespace, name, uid }: PodRef, types: readonly ProbeType[]): MetricSample[] {
    return [...this.#counts.values()]
      .filter(({ type }) => types.includes(type))
      .map(({ container, type, result, times }) => ({
        labels: { probe_type: typeWords[type], result, container, pod: name, namespace, pod_uid: uid },
        value: times,
      }));
  }
}
