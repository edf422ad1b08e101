import { MetricRegistry, type MetricDefinition } from '@vk/node';
import { expect, it } from 'vitest';
import { processMetricTable, readProcessMetrics } from './process-metrics.ts';

it('shows the process by the usual names, until it is told to stop', () => {
  const registry = new MetricRegistry();
  const stop = readProcessMetrics(registry, '1.2.3');
  const text = registry.text();
  expect(text).toContain(`virtual_kubelet_build_info{version="1.2.3",node_version="${process.versions.node}"} 1\n`);
  expect(text).toMatch(/\nprocess_cpu_seconds_total \d+(\.\d+)?\n/);
  expect(text).toMatch(/\nprocess_resident_memory_bytes \d{7,}\n/);
  for (const quantile of ['0.5', '0.9', '0.99', '1'])
    expect(text).toMatch(
      new RegExp(`\\nvirtual_kubelet_event_loop_delay_seconds\\{quantile="${quantile}"\\} [0-9.e-]+\\n`),
    );
  stop();
  expect(registry.text()).toBe('');
});

it('has names and helps in the form of the others', () => {
  for (const { name, type, help } of Object.values<MetricDefinition>({ ...processMetricTable })) {
    expect(name).toMatch(/^(virtual_kubelet|process|nodejs)_[a-z_]+[a-z]$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/^[A-Z].*[^.]$/);
  }
});
