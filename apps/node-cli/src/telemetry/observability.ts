import { CoreMetrics, type Clock } from '@vk/node';
import type { Logger } from '@vk/node/provider';
import type { CommandHost } from '../command/host.ts';
import { nodeNames } from '../command/nodes-options.ts';
import { ownPackage } from '../command/own-package.ts';
import type { FlagValues } from '../flags/flag-values.ts';
import { listenForHealth } from './health-listener.ts';
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
  /** Where the process says that it is there; undefined when nobody asked for it. */
  readonly healthUrl: string | undefined;
  /** Sends what is left and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts what the flags ask for: the listener for health, and traces. The metrics are served by the kubelet API.
 *
 * @throws an error with code `EADDRINUSE` or the like when the address cannot be had.
 */
export async function openObservability(options: ObservabilityOptions): Promise<Observability> {
  const { flags, host, provider, clock, log } = options;
  const { version } = await ownPackage();
  const metrics = new CoreMetrics();
  // First what can be taken by somebody else: then nothing has been started that would have to end.
  const listener = flags.healthAddr === undefined ? undefined : await listenForHealth(flags.healthAddr);
  const stopReading = readProcessMetrics(metrics.registry, version);
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
    stopReading();
    await listener?.close();
    throw error;
  });
  return {
    metrics,
    healthUrl: listener?.url,
    close: async () => {
      stopReading();
      await Promise.all([tracing.close(), listener?.close()]);
    },
  };
}
