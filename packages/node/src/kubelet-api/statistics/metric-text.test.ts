import { expect, test } from 'vitest';
import { metricText } from './metric-text.ts';

test('a sample has its time in milliseconds where it has one', () => {
  const samples = [
    { labels: {}, value: 1.5, timestamp: 1_767_225_600_000 },
    { labels: { a: 'b' }, value: 2 },
  ];
  expect(metricText([{ name: 'x_total', help: 'Counts', type: 'counter', samples }])).toBe(
    '# HELP x_total Counts\n# TYPE x_total counter\nx_total 1.5 1767225600000\nx_total{a="b"} 2\n',
  );
});

test('the pod is the second label of a container and of a pod, whatever the order in which the provider has them', () => {
  const container = { namespace: 'ns', pod: 'web', extra: 'e', container: 'app' };
  const pod = { pod: 'web', namespace: 'ns' };
  const text = metricText([
    { name: 'c', help: '', type: 'gauge', samples: [{ labels: container, value: 1 }] },
    { name: 'p', help: '', type: 'gauge', samples: [{ labels: pod, value: 1 }] },
  ]);
  expect(text).toContain('c{container="app",pod="web",namespace="ns",extra="e"} 1\n');
  expect(text).toContain('p{namespace="ns",pod="web"} 1\n');
});

test('what a label says cannot end it', () => {
  const samples = [{ labels: { a: 'x"} 1\n#\\' }, value: 1 }];
  expect(metricText([{ name: 'c', help: '', type: 'gauge', samples }])).toContain('c{a="x\\"} 1\\n#\\\\"} 1\n');
});

test('a family without samples is left out', () => {
  expect(metricText([{ name: 'c', help: '', type: 'gauge', samples: [] }])).toBe('');
});
