import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { CoreMetrics } from './core-metrics.ts';
import { observePodSteps } from './pod-step-telemetry.ts';
import { PodTelemetry } from './pod-telemetry.ts';

const ref = { namespace: 'shop', name: 'web', uid: 'u1' };

it('times every step by its name, and counts those that failed', async () => {
  const clock = new FakeClock();
  const metrics = new CoreMetrics();
  const pods = new PodTelemetry({ metrics, clock, nodeName: 'n' });
  const observe = observePodSteps({ metrics, clock, pods });
  const slow = observe({ ref, step: 'pull-image', container: 'app' }, () =>
    clock.sleep(2_000, new AbortController().signal),
  );
  await clock.advance(2_000);
  await slow;
  const failing = observe({ ref, step: 'start-container', container: 'app' }, () =>
    Promise.reject(new Error('no such file')),
  );
  await expect(failing).rejects.toThrow('no such file');
  await observe({ ref, step: 'something else' }, () => Promise.resolve());
  const lines = metrics.registry
    .text()
    .split('\n')
    .filter((line) => /^virtual_kubelet_pod_step_.*(_sum|_count|_total)/u.test(line));
  expect(lines).toEqual([
    'virtual_kubelet_pod_step_duration_seconds_sum{step="pull-image"} 2',
    'virtual_kubelet_pod_step_duration_seconds_count{step="pull-image"} 1',
    'virtual_kubelet_pod_step_duration_seconds_sum{step="start-container"} 0',
    'virtual_kubelet_pod_step_duration_seconds_count{step="start-container"} 1',
    'virtual_kubelet_pod_step_duration_seconds_sum{step="other"} 0',
    'virtual_kubelet_pod_step_duration_seconds_count{step="other"} 1',
    'virtual_kubelet_pod_step_errors_total{step="start-container"} 1',
  ]);
});
