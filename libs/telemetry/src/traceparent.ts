import { isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api';

/** Later versions may append fields; they are bounded because the header comes from a stranger. */
const pattern = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,200})?$/;

/** Reads a W3C `traceparent`; `undefined` where there is none or it is malformed. */
export function parseTraceparent(value: string | undefined): SpanContext | undefined {
  const [, version, traceId, spanId, flags, rest] = (value && pattern.exec(value)) || [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const context: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`;
}
