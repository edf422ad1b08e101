import {
  context,
  INVALID_TRACEID,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
} from '@opentelemetry/api';
import type { LogFields } from '../provider/logger.ts';

/** Without an SDK this does nothing, whenever it is asked; with one that is registered later it begins to. */
const tracer = trace.getTracer('@vk/node');

const calling: SpanOptions = { kind: SpanKind.CLIENT };
const inside: SpanOptions = { kind: SpanKind.INTERNAL };

/** Which span an error ended: the innermost one. For the log line that tells of the error afterwards, outside of the span. */
const failedSpans = new WeakMap<object, SpanContext>();

export interface SpanDescription {
  /** A name that is the same for every occurrence. */
  readonly name: string;
  /** True for a request to somebody else: the provider or the API server. */
  readonly calls?: boolean;
  /** Asked for only when the span is recorded. Never a Secret's contents, an environment or a message. */
  readonly attributes: () => Attributes;
}

/** Begins a span. Undefined where nothing traces: then nothing has to be kept, and nothing ended. */
export function startSpan({ name, calls, attributes }: SpanDescription, parent: Context): Span | undefined {
  const span = tracer.startSpan(name, calls === true ? calling : inside, parent);
  // A span that is not sampled is kept all the same: its children must not be sampled as roots.
  if (span.spanContext().traceId === INVALID_TRACEID) return undefined;
  if (span.isRecording()) span.setAttributes(attributes());
  return span;
}

/** Does the work in a span, which is the active one meanwhile, under `parent` or under the active one. */
export function inSpan<T>(
  description: SpanDescription,
  work: () => Promise<T>,
  parent: Context = context.active(),
): Promise<T> {
  const span = startSpan(description, parent);
  return span === undefined ? work() : workIn(span, work, parent);
}

async function workIn<T>(span: Span, work: () => Promise<T>, parent: Context): Promise<T> {
  try {
    return await context.with(trace.setSpan(parent, span), work);
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Says what kind of error it was, not its text: a provider's message may hold anything. The log line has it, redacted. */
function markFailed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', errorType(error));
  if (typeof error === 'object' && error !== null && !failedSpans.has(error))
    failedSpans.set(error, span.spanContext());
}

function errorType(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** The fields that lead from a log line about an error to its trace; none where nothing traces. */
export function traceFieldsOf(error: unknown): LogFields {
  const failed = typeof error === 'object' && error !== null ? failedSpans.get(error) : undefined;
  return failed === undefined ? {} : { trace_id: failed.traceId, span_id: failed.spanId };
}
