import { CoreMetrics, type Clock } from '@vk/node';
import type { Logger } from '@vk/node/provider';
import type { CommandHost } from '../command/host.ts';
import { nodeNames } from '../command/nodes-options.ts';
import { ownPackage } from '../command/own-package.ts';
import type { FlagValues } from '../flags/flag-values.ts';
import { listenForMetrics, type MetricsListener } from './metrics-listener.ts';
import { readProcessMetrics } from './process-metrics.ts';
import { startTracing } from './tracing.ts';

export interface ObservabilityOptions {
  readonly flags: FlagValues;
  readonly host: Pick<CommandHost, 'environment'>;
  /** The provider's name. */
  readonly provider: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the process shows of itself. */
export interface Observability {
  readonly metrics: CoreMetrics;
  /** Where the metrics are; undefined when nobody asked for them. */
  readonly metricsUrl: string | undefined;
  /** Sends what is left and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts what the flags ask for: the listener for metrics, and traces.
 *
 * @throws an error with code `EADDRINUSE` or the like when the address cannot be had.
 */
export async function openObservability(options: ObservabilityOptions): Promise<Observability> {
  const { flags, host, provider, clock, log } = options;
  const { version } = await ownPackage();
  const metrics = new CoreMetrics();
  // First what can be taken by somebody else: then nothing has been started that would have to end.
  const listener = await openListener(flags, metrics, version, log);
  const tracing = await startTracing({
    flags,
    environment: host.environment,
    nodeNames: nodeNames(flags),
    operatingSystem: flags.os,
    provider,
    version,
    clock,
    log,
  }).catch(async (error: unknown) => {
    await listener?.close();
    throw error;
  });
  return {
    metrics,
    metricsUrl: listener?.url,
    close: async () => {
      await Promise.all([tracing.close(), listener?.close()]);
    },
  };
}

/** The event loop is watched only where somebody reads what it shows. */
async function openListener(
  { metricsAddr: address }: Pick<FlagValues, 'metricsAddr'>,
  { registry }: CoreMetrics,
  version: string,
  log: Logger,
): Promise<MetricsListener | undefined> {
  if (address === undefined) return undefined;
  const listener = await listenForMetrics({
    address,
    text: () => registry.text(),
    onError: (error) => log.error('The metrics cannot be written down', { error }),
  });
  const stopReading = readProcessMetrics(registry, version);
  return {
    url: listener.url,
    close: async () => {
      stopReading();
      await listener.close();
    },
  };
}
