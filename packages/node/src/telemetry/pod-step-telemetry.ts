import type { PodStepObserver } from '../provider/pod-step.ts';
import type { Clock } from '../work/clock.ts';
import type { CoreMetrics } from './core-metrics.ts';
import type { PodTelemetry } from './pod-telemetry.ts';

export interface PodStepTelemetryOptions {
  readonly metrics: CoreMetrics;
  readonly clock: Clock;
  readonly pods: PodTelemetry;
}

/** Times every step that a provider takes for a pod by itself, and puts it in a span. */
export function observePodSteps({ metrics, clock, pods }: PodStepTelemetryOptions): PodStepObserver {
  return async (step, proceed) => {
    const startedAt = clock.monotonic();
    let failed = true;
    try {
      const result = await pods.step(step, proceed);
      failed = false;
      return result;
    } finally {
      metrics.podStep(step.step, clock.monotonic() - startedAt, { failed });
    }
  };
}
