import type { MetricDefinition } from './metric-definition.ts';
import type { Sample } from './sample.ts';

/** The content type of {@link prometheusText}. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * One metric in Prometheus's text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): help, type, then
 * the samples. A metric without samples is left out.
 */
export function prometheusText({ name, type, help }: MetricDefinition, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ suffix = '', labels, value }) => {
    const set = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`).join(',');
    return `${name}${suffix}${set === '' ? '' : `{${set}}`} ${formatNumber(value)}\n`;
  });
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** A number as Go's `strconv.ParseFloat` reads it. */
export function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

export function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

export function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
