import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '@vk/node/provider';

export interface SdkOptions {
  /** Attributes of the process, such as `service.name`. They win over OTEL_RESOURCE_ATTRIBUTES. */
  readonly resource: Readonly<Record<string, string>>;
  /** From 0 to 1; undefined leaves it to OTEL_TRACES_SAMPLER. */
  readonly sampleRate: number | undefined;
  /** Whether OTEL_NODE_RESOURCE_DETECTORS says what else to find out about the process. */
  readonly detectors: boolean;
  readonly log: Logger;
}

/**
 * Starts the OpenTelemetry SDK for traces. Where they go, and how, is in the OTEL_... variables. This module is imported only
 * when it is wanted: it and what it needs take as long to load as the rest of the command.
 */
export function startSdk({ resource, sampleRate, detectors, log }: SdkOptions): { shutdown(): Promise<void> } {
  const sdk = startNodeSdk({
    logLevel: 'error',
    resourceAttributes: resource,
    metricReaders: [],
    logRecordProcessors: [],
    // Unless somebody asks for them, no detectors: they would add the command line and the user of the process to every trace.
    ...(!detectors && { resourceDetectors: [] }),
    ...(sampleRate !== undefined && { sampler: new ParentBasedSampler({ root: samplerOf(sampleRate) }) }),
  });
  diag.setLogger(diagnosticsTo(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return sdk;
}

function samplerOf(rate: number): AlwaysOnSampler | AlwaysOffSampler | TraceIdRatioBasedSampler {
  if (rate >= 1) return new AlwaysOnSampler();
  return rate <= 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(rate);
}

/** What the SDK says of itself: that a collector does not answer, for the most part. */
function diagnosticsTo(log: Logger): DiagLogger {
  const warn = (message: string): void => log.warn('Traces cannot be sent', { reason: reasonOf(message) });
  const debug = (message: string): void => log.debug(message);
  return { error: warn, warn, info: debug, debug, verbose: debug };
}

/** The exporters give their errors as JSON, with stacks. */
function reasonOf(message: string): string {
  try {
    const parsed = JSON.parse(message) as { readonly message?: unknown } | null;
    return typeof parsed?.message === 'string' ? parsed.message : message;
  } catch {
    return message;
  }
}
