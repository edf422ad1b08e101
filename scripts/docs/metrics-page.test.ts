import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processMetricTable } from '../../apps/node-cli/src/telemetry/process-metrics.ts';
import type { MetricDefinition } from '../../packages/node/src/telemetry/metric-definition.ts';
import { metricTable } from '../../packages/node/src/telemetry/metric-table.ts';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { repositoryRoot } from '../repository/root.ts';
import { metricsPage } from './metrics-page.ts';

const definitions: readonly MetricDefinition[] = [...Object.values(metricTable), ...Object.values(processMetricTable)];

/** Everything that a query may name, with the labels that it may use. */
const series = new Map(
  definitions.flatMap(({ name, type, labels }) =>
    (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]).map(
      (full) => [full, new Set([...Object.keys(labels), ...(full.endsWith('_bucket') ? ['le'] : [])])] as const,
    ),
  ),
);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

const panelsOf = (panels: readonly Panel[]): Panel[] =>
  panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]);

const dashboard = JSON.parse(readFileSync(join(repositoryRoot, 'docs/grafana/virtual-kubelet.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
};
const shown = panelsOf(dashboard.panels).flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

/** The queries of the guide: the lines of its blocks of PromQL that are no comments. */
const guide = readFileSync(join(repositoryRoot, 'docs/guide/observability.md'), 'utf8');
const advised = [...guide.matchAll(/^```txt\n([^]*?)^```/gm)].flatMap(([, block = '']) =>
  block.split('\n').flatMap((expr) => (expr === '' || expr.startsWith('#') ? [] : [{ title: 'of the guide', expr }])),
);
const metricName = /\b(?:virtual_kubelet|process|nodejs)_[a-z0-9_]+/g;

test('every metric is on the page once', () => {
  const page = metricsPage.render(madeUpTree({ 'package.json': '{}' }));
  for (const { name } of definitions) expect(page.split(`| \`${name}\` |`), name).toHaveLength(2);
});

test.each([...shown, ...advised])('$title: $expr asks for metrics and labels that there are', ({ expr }) => {
  const names = [...expr.matchAll(metricName)].map(([name]) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !series.has(name))).toEqual([]);
  const known = new Set(['instance', 'job', ...names.flatMap((name) => [...(series.get(name) ?? [])])]);
  const grouped = [...expr.matchAll(/\b(?:by|without) ?\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(','));
  const selected = [...expr.matchAll(/[{,] ?(\w+) ?[=!]~?"/g)].map(([, label = '']) => label);
  expect([...grouped, ...selected].map((label) => label.trim()).filter((label) => !known.has(label))).toEqual([]);
});

test('the guide has queries', () => {
  expect(advised.length).toBeGreaterThan(3);
});

test('the dashboard shows every metric', () => {
  const asked = new Set(shown.flatMap(({ expr }) => [...expr.matchAll(metricName)].map(([name]) => name)));
  const missing = definitions.filter(({ name }) => ![...asked].some((full) => full.startsWith(name)));
  expect(missing.map(({ name }) => name)).toEqual([]);
});
