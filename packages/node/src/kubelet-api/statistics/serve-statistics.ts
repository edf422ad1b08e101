import type { ServerResponse } from 'node:http';
import type { MetricFamily } from '../../provider/statistics.ts';
import { prometheusContentType } from '../../telemetry/prometheus-text.ts';
import { sendJson, sendText } from '../answers.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';
import { metricText } from './metric-text.ts';
import { resourceMetrics, scrapeResult } from './resource-metrics.ts';
import { summaryOf } from './summary-of.ts';

/** `/stats/summary`. */
export async function serveStatsSummary(call: ApiCall, response: ServerResponse): Promise<void> {
  const { node, query, services, exchange } = call;
  const getStatsSummary = node.provider.getStatsSummary?.bind(node.provider);
  if (getStatsSummary === undefined) throw new HttpError(501, 'the provider has no statistics');
  const summary = await services.providerCalls.run({ method: 'getStatsSummary' }, exchange, getStatsSummary);
  const onlyCpuAndMemory = query.get('only_cpu_and_memory') === 'true';
  sendJson(response, summaryOf(summary, { nodeName: node.name, onlyCpuAndMemory }));
}

/** `/metrics`: what the process says of itself. */
export async function serveMetrics({ services }: ApiCall, response: ServerResponse): Promise<void> {
  sendText(response, services.processMetrics(), prometheusContentType);
}

/** `/metrics/resource`. Figures that cannot be had are told within the metrics, as the kubelet does, and not by the status. */
export async function serveResourceMetrics(call: ApiCall, response: ServerResponse): Promise<void> {
  let families: readonly MetricFamily[];
  let failed = false;
  try {
    families = await resourceFamilies(call);
  } catch (error) {
    if (call.exchange.signal.aborted) throw error;
    call.log.warn('The figures for /metrics/resource could not be had', { error: String(error) });
    families = [];
    failed = true;
  }
  sendText(response, metricText([...families, ...scrapeResult(failed)]), prometheusContentType);
}

async function resourceFamilies({ node, services, exchange }: ApiCall): Promise<readonly MetricFamily[]> {
  const { provider } = node;
  const getMetricsResource = provider.getMetricsResource?.bind(provider);
  if (getMetricsResource !== undefined) {
    const families = await services.providerCalls.run({ method: 'getMetricsResource' }, exchange, getMetricsResource);
    const ours = new Set(scrapeResult(false).map(({ name }) => name));
    return families.filter(({ name }) => !ours.has(name));
  }
  const getStatsSummary = provider.getStatsSummary?.bind(provider);
  if (getStatsSummary === undefined) throw new HttpError(501, 'the provider has no statistics');
  return resourceMetrics(await services.providerCalls.run({ method: 'getStatsSummary' }, exchange, getStatsSummary));
}

/** `/metrics/cadvisor` and `/metrics/probes`: families that only the provider has. */
export function serveFamilies(
  method: 'getContainerMetrics' | 'getProbeMetrics',
): (call: ApiCall, response: ServerResponse) => Promise<void> {
  return async ({ node, services, exchange }, response) => {
    const { provider } = node;
    const getFamilies = provider[method]?.bind(provider);
    if (getFamilies === undefined) throw new HttpError(501, `the provider has no ${method}`);
    const families = await services.providerCalls.run({ method }, exchange, getFamilies);
    sendText(response, metricText(families), prometheusContentType);
  };
}
