import { ROOT_CONTEXT, SpanStatusCode, SpanKind as OtelKind, trace, type Tracer } from '@opentelemetry/api';
import type { Attributes } from './attributes.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

const kinds = {
  internal: OtelKind.INTERNAL,
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  producer: OtelKind.PRODUCER,
  consumer: OtelKind.CONSUMER,
} as const;

export type SpanKind = keyof typeof kinds;

export interface SpanOptions {
  readonly kind: SpanKind;
  /** The W3C `traceparent` of what caused this, from a header or a message. Malformed: a new trace begins. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
  /** Milliseconds since the Unix epoch; now when absent. */
  readonly startTime?: number;
}

/** One timed step of a trace. It is exported when it ends; what is said of it afterwards is lost. */
export interface Span {
  /** To hand on to whatever this step causes. Without telemetry, the parent's. */
  readonly traceparent: string | undefined;
  set(attributes: Attributes): void;
  /** Something that happened at one moment within the step. */
  event(name: string, attributes?: Attributes): void;
  /** Marks the step as failed. The message must be safe to show. */
  fail(message: string): void;
  /** @param endTime milliseconds since the Unix epoch; now when absent. */
  end(endTime?: number): void;
}

let tracer: Tracer | undefined;

/** Where spans go from now on; `undefined` records none. */
export function traceWith(next: Tracer | undefined): void {
  tracer = next;
}

/** Whether spans are recorded at all. */
export function tracing(): boolean {
  return tracer !== undefined;
}

/**
 * Begins a span. Parents are explicit: nothing follows the asynchronous context, so the cost is that of the span
 * alone, and a trace crosses NATS as easily as a function call.
 */
export function startSpan(name: string, options: SpanOptions): Span {
  return tracer ? recorded(tracer, name, options) : unrecorded(options.parent);
}

const ignore = (): void => undefined;

function unrecorded(parent: string | undefined): Span {
  const traceparent = parseTraceparent(parent) && parent;
  return { traceparent, set: ignore, event: ignore, fail: ignore, end: ignore };
}

function recorded(on: Tracer, name: string, { kind, parent, attributes = {}, startTime }: SpanOptions): Span {
  const above = parseTraceparent(parent);
  const context = above ? trace.setSpanContext(ROOT_CONTEXT, above) : ROOT_CONTEXT;
  const times = startTime === undefined ? {} : { startTime };
  const span = on.startSpan(name, { kind: kinds[kind], attributes, ...times }, context);
  return {
    traceparent: formatTraceparent(span.spanContext()),
    set: (more) => void span.setAttributes(more),
    event: (what, more) => void span.addEvent(what, more),
    fail: (message) => void span.setStatus({ code: SpanStatusCode.ERROR, message }),
    end: (endTime) => span.end(endTime),
  };
}
