import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';

export type ReceivedAttributes = Readonly<Record<string, unknown>>;

export interface ReceivedSpan {
  readonly service: unknown;
  readonly resource: ReceivedAttributes;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes: ReceivedAttributes;
  readonly events: readonly { readonly name: string; readonly attributes: ReceivedAttributes }[];
  /** The message of a failed span. */
  readonly failure: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
}

/** One series of a metric at one export. */
export interface ReceivedPoint {
  readonly service: unknown;
  readonly metric: string;
  readonly unit: string;
  readonly labels: ReceivedAttributes;
  /** A counter's value, or the sum of a histogram's. */
  readonly value: number;
  /** How many values a histogram holds. */
  readonly count: number;
}

export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`; understands `http/json`, keeps anything else in `requests` only. */
  readonly url: string;
  readonly requests: readonly {
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: Buffer;
  }[];
  readonly spans: readonly ReceivedSpan[];
  readonly points: readonly ReceivedPoint[];
  /**
   * What `look` finds, as soon as an export brings it.
   * @throws Error after `withinMs`, naming what did come.
   */
  until<Found>(look: () => Found | undefined, withinMs?: number): Promise<Found>;
  close(): Promise<void>;
}

/** A real OTLP/HTTP collector on a free port that keeps what it is sent. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received = {
    requests: new Array<OtlpReceiver['requests'][number]>(),
    spans: new Array<ReceivedSpan>(),
    points: new Array<ReceivedPoint>(),
  };
  const arrivals = new EventEmitter().setMaxListeners(0);
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.requests.push({ path: request.url ?? '', headers: request.headers, body });
      const message = parseJson(body.toString());
      received.spans.push(...spansOf(message));
      received.points.push(...pointsOf(message));
      response.setHeader('content-type', 'application/json').end('{}');
      arrivals.emit('export');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    ...received,
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async until(look, withinMs = 10_000) {
      const signal = AbortSignal.timeout(withinMs);
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        await once(arrivals, 'export', { signal }).catch(() => {
          throw new Error(`not exported within ${withinMs} ms; received ${summary(received)}`);
        });
      }
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function summary({ spans, points }: Pick<OtlpReceiver, 'spans' | 'points'>): string {
  const names = [...spans.map((span) => span.name), ...points.map((point) => point.metric)];
  return [...new Set(names)].join(', ') || 'nothing';
}

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

function spansOf(message: unknown): readonly ReceivedSpan[] {
  return items(message, 'resourceSpans').flatMap((group) => {
    const resource = attributesOf(group['resource']);
    const spans = items(group, 'scopeSpans').flatMap((scope) => items(scope, 'spans'));
    return spans.map((span) => spanOf(span, resource));
  });
}

function spanOf(span: JsonObject, resource: ReceivedAttributes): ReceivedSpan {
  const status = isJsonObject(span['status']) ? span['status'] : {};
  return {
    service: resource['service.name'],
    resource,
    name: text(span['name']),
    traceId: text(span['traceId']),
    spanId: text(span['spanId']),
    parentSpanId: text(span['parentSpanId']),
    kind: kinds[Number(span['kind'])] ?? 'internal',
    attributes: attributesOf(span),
    events: items(span, 'events').map((event) => ({ name: text(event['name']), attributes: attributesOf(event) })),
    failure: status['code'] === 2 ? text(status['message']) : undefined,
    startMs: Number(span['startTimeUnixNano']) / 1e6,
    endMs: Number(span['endTimeUnixNano']) / 1e6,
  };
}

function pointsOf(message: unknown): readonly ReceivedPoint[] {
  return items(message, 'resourceMetrics').flatMap((group) => {
    const service = attributesOf(group['resource'])['service.name'];
    const metrics = items(group, 'scopeMetrics').flatMap((scope) => items(scope, 'metrics'));
    return metrics.flatMap((metric) =>
      ['sum', 'histogram', 'gauge'].flatMap((form) =>
        items(metric[form], 'dataPoints').map((point) => ({
          service,
          metric: text(metric['name']),
          unit: text(metric['unit']),
          labels: attributesOf(point),
          value: Number(point['asInt'] ?? point['asDouble'] ?? point['sum'] ?? 0),
          count: Number(point['count'] ?? 0),
        })),
      ),
    );
  });
}

function items(value: unknown, field: string): readonly JsonObject[] {
  const list = isJsonObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function attributesOf(value: unknown): ReceivedAttributes {
  return Object.fromEntries(items(value, 'attributes').map((entry) => [text(entry['key']), valueOf(entry['value'])]));
}

function valueOf(value: unknown): unknown {
  if (!isJsonObject(value)) return undefined;
  if ('arrayValue' in value) return items(value['arrayValue'], 'values').map(valueOf);
  if ('intValue' in value) return Number(value['intValue']);
  return Object.values(value)[0];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
