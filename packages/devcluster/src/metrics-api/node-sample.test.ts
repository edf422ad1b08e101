import { expect, test } from 'vitest';
import { readNodeSample } from './node-sample.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test('The five families that metrics-server reads are taken, with the times of the lines', () => {
  const sample = readNodeSample(
    `# HELP node_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the node in core-seconds
# TYPE node_cpu_usage_seconds_total counter
node_cpu_usage_seconds_total 12.5 1767225600123
# TYPE node_memory_working_set_bytes gauge
node_memory_working_set_bytes 1.048576e+06 1767225600123
container_cpu_usage_seconds_total{container="app",pod="p",namespace="default"} 2 1767225600001
container_memory_working_set_bytes{container="app",pod="p",namespace="default"} 4096 1767225600002
container_start_time_seconds{container="app",pod="p",namespace="default"} 1.7672255e+09
pod_cpu_usage_seconds_total{pod="p",namespace="default"} 2 1767225600001
scrape_error 0
`,
    now,
  );
  expect(sample.node).toEqual({
    cpuSeconds: 12.5,
    memoryBytes: 1_048_576,
    timestamp: 1_767_225_600_123,
    started: undefined,
  });
  expect([...sample.pods.keys()]).toEqual(['default/p']);
  expect(sample.pods.get('default/p')?.get('app')).toEqual({
    cpuSeconds: 2,
    memoryBytes: 4096,
    timestamp: 1_767_225_600_001,
    started: 1_767_225_500_000,
  });
});

test('A line without a time has that of the answer', () => {
  const sample = readNodeSample('node_cpu_usage_seconds_total 1\nnode_memory_working_set_bytes 2\n', now);
  expect(sample.node?.timestamp).toBe(now);
});

test('Labels may stand in any order, have quotes in them, and be more than are known', () => {
  const labels = String.raw`namespace="n",other="a\"},b\\",pod="p",container="c"`;
  const sample = readNodeSample(
    `container_cpu_usage_seconds_total{${labels}} 1\ncontainer_memory_working_set_bytes{${labels},} 2\n`,
    now,
  );
  expect(sample.pods.get('n/p')?.get('c')).toMatchObject({ cpuSeconds: 1, memoryBytes: 2 });
});

test('A pod of which a container is not known whole is left out, and so is a node without memory', () => {
  const sample = readNodeSample(
    `node_cpu_usage_seconds_total 1
container_cpu_usage_seconds_total{container="a",pod="p",namespace="n"} 1
container_memory_working_set_bytes{container="a",pod="p",namespace="n"} 1
container_cpu_usage_seconds_total{container="b",pod="p",namespace="n"} 1
container_cpu_usage_seconds_total{container="a",pod="q",namespace="n"} NaN
`,
    now,
  );
  expect(sample.node).toBeUndefined();
  expect([...sample.pods.keys()]).toEqual([]);
});

test('What is no exposition at all says nothing', () => {
  const sample = readNodeSample('<html>404 { page "not found"</html>\n\u0000\n', now);
  expect(sample).toEqual({ node: undefined, pods: new Map() });
});
