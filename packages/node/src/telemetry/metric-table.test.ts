import { describe, expect, it } from 'vitest';
import type { KubeVerb } from '../kube/client.ts';
import { CoreMetrics } from './core-metrics.ts';
import type { MetricDefinition } from './metric-definition.ts';
import { metricTable } from './metric-table.ts';

const table: readonly MetricDefinition[] = Object.values(metricTable);
const forbidden = ['pod', 'namespace', 'uid', 'container', 'image', 'name', 'path', 'le', 'quantile'];

describe.each(table)('$name', ({ name, type, help, labels, buckets }) => {
  it('is named as Prometheus has it: prefix, base unit, _total for counters only', () => {
    expect(name).toMatch(/^virtual_kubelet_[a-z][a-z0-9_]*[a-z0-9]$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(milliseconds|ms|minutes|kilobytes|count|sum|bucket)$/);
    expect(type !== 'histogram' || name.endsWith('_seconds')).toBe(true);
  });

  it('has one sentence of help without its full stop', () => {
    expect(help).toMatch(/^[A-Z].*[^.]$/);
    expect(help).not.toContain('\n');
  });

  it('has labels whose values are few', () => {
    for (const [label, bound] of Object.entries(labels)) {
      expect(label).toMatch(/^[a-z_]+$/);
      expect(forbidden).not.toContain(label);
      const few = typeof bound === 'string' ? label === 'node' : bound.length <= 25;
      expect(few, label).toBe(true);
    }
    const series = Object.values(labels)
      .map((bound) => (typeof bound === 'string' ? 1 : bound.length + 1))
      .reduce((product, count) => product * count, 1);
    expect(series * ((buckets?.length ?? 0) + 3)).toBeLessThan(1_000);
  });

  it('has buckets in ascending order exactly when it is a histogram', () => {
    expect(buckets !== undefined).toBe(type === 'histogram');
    expect(buckets ?? []).toEqual((buckets ?? []).toSorted((a, b) => a - b));
  });
});

describe('the core', () => {
  it('counts requests by verb and code, with words for what has neither', () => {
    const metrics = new CoreMetrics();
    const request = (verb: KubeVerb, status?: number): void =>
      metrics.apiRequest({
        verb,
        path: '/api/v1/pods',
        streaming: false,
        durationMilliseconds: 2,
        ...(status !== undefined && { status }),
      });
    request('patch', 200);
    request('patch', 200);
    request('get', 418);
    request('list');
    const lines = metrics.registry
      .text()
      .split('\n')
      .filter((line) => line.startsWith('virtual_kubelet_api_requests_total'));
    expect(lines).toEqual([
      'virtual_kubelet_api_requests_total{verb="patch",code="200"} 2',
      'virtual_kubelet_api_requests_total{verb="get",code="other"} 1',
      'virtual_kubelet_api_requests_total{verb="list",code="none"} 1',
    ]);
  });
});
