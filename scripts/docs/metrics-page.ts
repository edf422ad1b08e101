import { processMetricTable } from '../../apps/node-cli/src/telemetry/process-metrics.ts';
import type { MetricDefinition } from '../../packages/node/src/telemetry/metric-definition.ts';
import { metricTable } from '../../packages/node/src/telemetry/metric-table.ts';
import { markdownTable } from './markdown-table.ts';
import type { GeneratedPage } from './page.ts';

const code = (text: string): string => `\`${text}\``;

const labelText = ([name, bound]: readonly [string, MetricDefinition['labels'][string]]): string =>
  `${code(name)}: ${typeof bound === 'string' ? bound : bound.join(', ')}`;

const rows = (table: Readonly<Record<string, MetricDefinition>>): string[][] =>
  Object.values(table).map(({ name, type, labels, help }) => [
    code(name),
    type,
    Object.entries(labels).map(labelText).join('; '),
    help,
  ]);

const heading = ['metric', 'type', 'labels', 'meaning'];

const render = (): string =>
  [
    '# Metrics',
    '',
    'What `virtual-kubelet` shows at `/metrics` of the kubelet API and of `--metrics-addr`, in the text format of Prometheus: see',
    '[observability](./guide/observability.md). Labels have the values that are listed, and `other` for anything else; none names a',
    'pod, so the number of series does not grow with the cluster.',
    '',
    '## Nodes, pods, provider and API server',
    '',
    'These are recorded by the library: a program that embeds `@vk/node` gets them by handing a `CoreMetrics` to `createNodes`.',
    '',
    markdownTable(heading, rows({ ...metricTable })),
    '',
    '## The process',
    '',
    markdownTable(heading, rows({ ...processMetricTable })),
  ].join('\n');

export const metricsPage: GeneratedPage = {
  path: 'docs/metrics.md',
  from: 'the tables of metrics',
  render,
};
