import type { FlagValues } from '../flags/flag-values.ts';
import type { Environment } from '../flags/resolve-flags.ts';

export type TraceFlags = Pick<FlagValues, 'traceExporter' | 'traceServiceName' | 'traceTag' | 'traceSampleRate'>;

/** Whether somebody wants traces, and what to tell those who asked for what is not there. */
export interface TracingWish {
  readonly wanted: boolean;
  readonly warnings: readonly string[];
}

const instead: Readonly<Record<string, string>> = {
  jaeger: 'Jaeger takes OTLP: use --trace-exporter otlp and OTEL_EXPORTER_OTLP_ENDPOINT=http://JAEGER:4318',
  ocagent:
    'the OpenCensus agent became the OpenTelemetry collector: use --trace-exporter otlp and OTEL_EXPORTER_OTLP_ENDPOINT',
  zpages:
    'there is no page of traces in the process: use --trace-exporter otlp and a collector, or OTEL_TRACES_EXPORTER=console',
};

/** Any of these means that traces are wanted, also without a flag. */
const askingVariables = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_TRACES_EXPORTER',
  'OTEL_CONFIG_FILE',
];

/** Reads from flags and variables whether to trace. Where a variable switches tracing off, it is off. */
export function tracingWish(flags: TraceFlags, environment: Environment): TracingWish {
  const { traceExporter: exporters = [] } = flags;
  const isSet = (variable: string): boolean => (environment[variable] ?? '') !== '';
  const warnings = exporters.flatMap((exporter) => {
    const advice = instead[exporter];
    return advice === undefined ? [] : [`--trace-exporter ${exporter} has no effect: ${advice}`];
  });
  const byFlag = exporters.includes('otlp');
  const off = offSwitch(environment);
  if (byFlag && off !== undefined) warnings.push(`--trace-exporter otlp has no effect: ${off} is set`);
  const wanted = off === undefined && (byFlag || askingVariables.some(isSet));
  const { traceServiceName, traceTag, traceSampleRate } = flags;
  if (!wanted && [traceServiceName, traceTag, traceSampleRate].some((value) => value !== undefined))
    warnings.push('the --trace-... flags have no effect without --trace-exporter otlp');
  return { wanted, warnings };
}

function offSwitch(environment: Environment): string | undefined {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return 'OTEL_SDK_DISABLED=true';
  return environment['OTEL_TRACES_EXPORTER'] === 'none' ? 'OTEL_TRACES_EXPORTER=none' : undefined;
}
