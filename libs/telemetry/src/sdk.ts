import { context, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { measureWith } from './instruments.js';
import { traceWith } from './span.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface TelemetryOptions {
  /** Which of the services this process is: `ingress`. */
  readonly service: string;
  /** Tells this process from others of the same service. */
  readonly instance: string;
  /** The process's own; the OpenTelemetry SDK reads the rest of its standard variables from there itself. */
  readonly environment: Environment;
}

export interface Telemetry {
  /** Sends what is left and stops, within three seconds whatever the collector does. */
  shutdown(): Promise<void>;
}

const SHUTDOWN_WITHIN_MS = 3_000;

const off: Telemetry = { shutdown: () => Promise.resolve() };

/**
 * Starts exporting over OTLP where the standard variables name a collector; otherwise loads nothing. Queues are
 * bounded and a collector that is down or wrong costs measurements, never a call.
 */
export async function startTelemetry({ service, instance, environment }: TelemetryOptions): Promise<Telemetry> {
  const wanted = wantedSignals(environment);
  if (!wanted.traces && !wanted.metrics) return off;
  const { startNodeSdk } = await import('@opentelemetry/sdk-node');
  const sdk = startNodeSdk({
    logLevel: environment['OTEL_LOG_LEVEL'] || 'error',
    resourceAttributes: resourceAttributes(service, instance, environment),
    // The default ones would export the command line and the user's name.
    ...(environment['OTEL_NODE_RESOURCE_DETECTORS'] ? {} : { resourceDetectors: [] }),
    logRecordProcessors: [],
    ...(wanted.traces ? {} : { spanProcessors: [] }),
    ...(wanted.metrics ? {} : { metricReaders: [] }),
  });
  traceWith(trace.getTracer('breakwater'));
  measureWith(metrics.getMeter('breakwater'));
  return { shutdown: () => stop(() => sdk.shutdown()) };
}

function wantedSignals(environment: Environment): { readonly traces: boolean; readonly metrics: boolean } {
  const disabled = environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true';
  const wanted = (signal: string): boolean =>
    !disabled &&
    environment[`OTEL_${signal}_EXPORTER`]?.trim() !== 'none' &&
    Boolean(environment['OTEL_EXPORTER_OTLP_ENDPOINT'] || environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]);
  return { traces: wanted('TRACES'), metrics: wanted('METRICS') };
}

/** These outrank `OTEL_RESOURCE_ATTRIBUTES`, so a name given there is left to stand. */
function resourceAttributes(service: string, instance: string, environment: Environment): Record<string, string> {
  const named = /(^|,)\s*service\.name\s*=/.test(environment['OTEL_RESOURCE_ATTRIBUTES'] ?? '');
  const name = environment['OTEL_SERVICE_NAME'] || (named ? undefined : `breakwater-${service}`);
  return {
    ...(name ? { 'service.name': name } : {}),
    'service.instance.id': instance,
    'breakwater.service': service,
  };
}

async function stop(flush: () => Promise<void>): Promise<void> {
  traceWith(undefined);
  measureWith(undefined);
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, SHUTDOWN_WITHIN_MS);
  await Promise.race([flush().catch(() => undefined), patience.promise]);
  clearTimeout(timer);
  for (const api of [trace, metrics, context, propagation, diag]) api.disable();
}
