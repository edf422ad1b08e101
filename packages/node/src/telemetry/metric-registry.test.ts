import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from './metric-definition.ts';
import { MetricRegistry } from './metric-registry.ts';

const duration: MetricDefinition<'method'> = {
  name: 'call_seconds',
  type: 'histogram',
  help: 'Calls',
  labels: { method: ['get', 'put'] },
  buckets: [0.1, 1],
};
const failures: MetricDefinition<never> = { name: 'failures_total', type: 'counter', help: 'Failures', labels: {} };
const size: MetricDefinition<'node'> = {
  name: 'size',
  type: 'gauge',
  help: 'Size',
  labels: { node: 'names of the nodes' },
};

function linesOf(registry: MetricRegistry): string[] {
  return registry
    .text()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

describe('a histogram', () => {
  it('counts an observation in its bucket and in all above, the bound itself included', () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram(duration);
    for (const seconds of [0.05, 0.1, 0.5, 1.5]) histogram.observe({ method: 'get' }, seconds);
    expect(linesOf(registry)).toEqual([
      'call_seconds_bucket{method="get",le="0.1"} 2',
      'call_seconds_bucket{method="get",le="1"} 3',
      'call_seconds_bucket{method="get",le="+Inf"} 4',
      'call_seconds_sum{method="get"} 2.15',
      'call_seconds_count{method="get"} 4',
    ]);
  });

  it('without labels is there from the start', () => {
    const registry = new MetricRegistry();
    registry.histogram({ name: 'late_seconds', type: 'histogram', help: 'x', labels: {}, buckets: [1] });
    expect(linesOf(registry)).toEqual([
      'late_seconds_bucket{le="1"} 0',
      'late_seconds_bucket{le="+Inf"} 0',
      'late_seconds_sum 0',
      'late_seconds_count 0',
    ]);
  });
});

describe('a counter', () => {
  it('without labels is zero from the start', () => {
    const registry = new MetricRegistry();
    const counter = registry.counter(failures);
    expect(linesOf(registry)).toEqual(['failures_total 0']);
    counter.add({});
    counter.add({}, 2);
    expect(linesOf(registry)).toEqual(['failures_total 3']);
  });
});

describe('a label', () => {
  it('never has more values than its definition, whatever is recorded', () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram(duration);
    for (let index = 0; index < 1_000; index++) histogram.observe({ method: `made-up-${index}` }, 1);
    histogram.observe({ method: 'put' }, 1);
    expect(linesOf(registry).filter((line) => line.startsWith('call_seconds_count'))).toEqual([
      'call_seconds_count{method="other"} 1000',
      'call_seconds_count{method="put"} 1',
    ]);
  });
});

describe('what is read when it is wanted', () => {
  it('comes from every source, and leaves nothing behind when a source goes', () => {
    const registry = new MetricRegistry();
    registry.read(size, () => [[{ node: 'a' }, 1]]);
    const stop = registry.read(size, () => [[{ node: 'b' }, 2]]);
    expect(linesOf(registry)).toEqual(['size{node="a"} 1', 'size{node="b"} 2']);
    stop();
    expect(linesOf(registry)).toEqual(['size{node="a"} 1']);
  });

  it('is left out when it is about another node than the one that is asked for', () => {
    const registry = new MetricRegistry();
    registry.read(size, () => [
      [{ node: 'a' }, 1],
      [{ node: 'b' }, 2],
    ]);
    registry.counter(failures);
    expect(registry.text({ node: 'b' })).toBe(
      '# HELP size Size\n# TYPE size gauge\nsize{node="b"} 2\n' +
        '# HELP failures_total Failures\n# TYPE failures_total counter\nfailures_total 0\n',
    );
    expect(registry.text({ node: 'c' })).not.toContain('size');
  });

  it('cannot be a metric that is there already', () => {
    const registry = new MetricRegistry();
    registry.counter(failures);
    expect(() => registry.counter(failures)).toThrow('there is a metric failures_total already');
  });
});
