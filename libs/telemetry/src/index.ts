export { breakwater, genAi, type Attributes } from './attributes.js';
export { instruments, measuring, type Instruments, type MetricLabels } from './instruments.js';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './sdk.js';
export { startSpan, tracing, type Span, type SpanKind, type SpanOptions } from './span.js';
