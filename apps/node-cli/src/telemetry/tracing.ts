import { randomUUID } from 'node:crypto';
import type { Clock } from '@vk/node';
import type { Logger } from '@vk/node/provider';
import type { Environment } from '../flags/resolve-flags.ts';
import type { TraceFlags } from './tracing-wish.ts';
import { tracingWish } from './tracing-wish.ts';

export interface TracingOptions {
  readonly flags: TraceFlags;
  readonly environment: Environment;
  readonly nodeNames: readonly string[];
  readonly operatingSystem: string;
  readonly provider: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Tracing {
  /** Sends what is left, for as long as that may take. */
  close(): Promise<void>;
}

/** How long the end of the process waits for a collector. */
const patienceMilliseconds = 5_000;

/** Starts tracing where flags or variables ask for it; else nothing of it is loaded. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { flags, environment, clock, log } = options;
  const { wanted, warnings } = tracingWish(flags, environment);
  for (const warning of warnings) log.warn(warning);
  if (!wanted) return { close: () => Promise.resolve() };
  const { startSdk } = await import('./open-telemetry-sdk.ts');
  const sdk = startSdk({
    resource: resourceOf(options),
    sampleRate: flags.traceSampleRate,
    detectors: (environment['OTEL_NODE_RESOURCE_DETECTORS'] ?? '') !== '',
    log,
  });
  return {
    async close() {
      const patience = new AbortController();
      const shutdown = sdk
        .shutdown()
        .catch((error: unknown) => log.warn('The last traces could not be sent', { error }));
      const tooLong = clock.sleep(patienceMilliseconds, patience.signal).then(
        () => log.warn('The last traces were not sent in time'),
        () => undefined,
      );
      await Promise.race([shutdown, tooLong]);
      patience.abort(new Error('tracing has ended'));
    },
  };
}

/** What every span of this process has in common, by the names of the semantic conventions. */
export function resourceOf(options: Omit<TracingOptions, 'clock' | 'log'>): Record<string, string> {
  const { flags, environment, nodeNames, operatingSystem, provider, version } = options;
  const [only] = nodeNames;
  return {
    ...flags.traceTag,
    'service.name': flags.traceServiceName ?? (environment['OTEL_SERVICE_NAME'] || 'virtual-kubelet'),
    'service.version': version,
    'service.instance.id': randomUUID(),
    'virtual_kubelet.provider': provider,
    'virtual_kubelet.operating_system': operatingSystem,
    ...(nodeNames.length === 1 && only !== undefined && { 'k8s.node.name': only }),
  };
}
