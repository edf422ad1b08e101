import type { MetricFamily, MetricSample } from '../../provider/statistics.ts';
import { escapeHelp, escapeLabel, formatNumber } from '../../telemetry/prometheus-text.ts';

/** The pod stands second among the labels of pods and containers: programs are about that read it by its place. */
const firstLabels: readonly (readonly string[])[] = [
  ['container', 'pod', 'namespace'],
  ['namespace', 'pod'],
];

/** Families of a provider in Prometheus's text format, with the time of each sample that has one. A family without samples is left out. */
export function metricText(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const lines = samples.map((sample) => `${name}${labelText(sample.labels)} ${valueText(sample)}\n`);
      return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function labelText(labels: MetricSample['labels']): string {
  const given = Object.keys(labels);
  const first = firstLabels.find((names) => names.every((name) => name in labels)) ?? [];
  const names = [...first, ...given.filter((name) => !first.includes(name))];
  if (names.length === 0) return '';
  return `{${names.map((name) => `${name}="${escapeLabel(labels[name] ?? '')}"`).join(',')}}`;
}

function valueText({ value, timestamp }: MetricSample): string {
  const number = formatNumber(value);
  return timestamp === undefined ? number : `${number} ${Math.round(timestamp)}`;
}
