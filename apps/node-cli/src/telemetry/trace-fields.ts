import { isSpanContextValid, trace } from '@opentelemetry/api';

/** The fields that lead from a log line to its trace; none outside of a span. */
export function traceFields(): object {
  const active = trace.getActiveSpan()?.spanContext();
  return active === undefined || !isSpanContextValid(active)
    ? {}
    : { trace_id: active.traceId, span_id: active.spanId };
}
