import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { breakwater, genAi, instruments, startSpan, startTelemetry, type Telemetry } from '#libs/telemetry';
import { startOtlpReceiver, type OtlpReceiver } from '../../../test/support/otlp.js';

const caller = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const before = { ...process.env };

let receiver: OtlpReceiver;
let telemetry: Telemetry | undefined;

/** The SDK reads the process's own variables, so they are what the tests set. */
async function start(variables: Record<string, string>): Promise<Telemetry> {
  Object.assign(process.env, variables);
  telemetry = await startTelemetry({ service: 'ingress', instance: 'ingress-1', environment: process.env });
  return telemetry;
}

async function flush(): Promise<void> {
  await telemetry?.shutdown();
  telemetry = undefined;
}

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await flush();
  await receiver.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

const json = (): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
});

describe('spans', () => {
  it('form one trace across processes that share only the traceparent', async () => {
    await start(json());
    const edge = startSpan('POST /v1/messages', { kind: 'server', parent: caller });
    const publish = startSpan('publish run', { kind: 'producer', parent: edge.traceparent });
    publish.end();
    edge.end();
    await flush();
    Object.assign(process.env, { OTEL_SERVICE_NAME: 'elsewhere' });
    await start(json());
    startSpan('run', { kind: 'consumer', parent: publish.traceparent }).end();
    await flush();

    const [server, producer, consumer] = ['POST /v1/messages', 'publish run', 'run'].map((name) =>
      receiver.spans.find((span) => span.name === name),
    );
    expect(server).toMatchObject({ traceId: caller.slice(3, 35), parentSpanId: caller.slice(36, 52), kind: 'server' });
    expect(producer).toMatchObject({ traceId: server?.traceId, parentSpanId: server?.spanId, kind: 'producer' });
    expect(consumer).toMatchObject({ traceId: server?.traceId, parentSpanId: producer?.spanId, kind: 'consumer' });
    expect([server?.service, consumer?.service]).toEqual(['breakwater-ingress', 'elsewhere']);
    expect(server?.resource).toMatchObject({ 'service.instance.id': 'ingress-1', 'breakwater.service': 'ingress' });
  });

  it('carry attributes, events, failure and times', async () => {
    await start(json());
    const span = startSpan('chat claude', {
      kind: 'client',
      startTime: 1_700_000_000_000,
      attributes: { [genAi.operationName]: 'chat', [breakwater.attempt]: 2, [breakwater.fault]: undefined },
    });
    span.set({ [genAi.finishReasons]: ['end_turn'], [genAi.errorType]: 'overloaded' });
    span.event('first token', { [breakwater.target]: 'claude-eu' });
    span.fail('the provider is overloaded');
    span.end(1_700_000_001_500);
    await flush();
    expect(receiver.spans).toEqual([
      expect.objectContaining({
        name: 'chat claude',
        parentSpanId: '',
        attributes: {
          'gen_ai.operation.name': 'chat',
          'breakwater.attempt': 2,
          'gen_ai.response.finish_reasons': ['end_turn'],
          'error.type': 'overloaded',
        },
        events: [{ name: 'first token', attributes: { 'breakwater.target': 'claude-eu' } }],
        failure: 'the provider is overloaded',
        startMs: 1_700_000_000_000,
        endMs: 1_700_000_001_500,
      }),
    ]);
  });

  it('begin a new trace where the parent is malformed, and follow the caller who does not sample', async () => {
    await start(json());
    const orphan = startSpan('orphan', { kind: 'server', parent: '00-nonsense' });
    expect(orphan.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    orphan.end();
    const unsampled = startSpan('unsampled', { kind: 'server', parent: caller.replace(/01$/, '00') });
    expect(unsampled.traceparent).toMatch(new RegExp(`^00-${caller.slice(3, 35)}-[0-9a-f]{16}-00$`));
    unsampled.end();
    await flush();
    expect(receiver.spans.map((span) => span.name)).toEqual(['orphan']);
  });

  it('obey OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS and OTEL_RESOURCE_ATTRIBUTES', async () => {
    await start({
      ...json(),
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=k1',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=gateway,deployment.environment.name=test',
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    });
    startSpan('root', { kind: 'server' }).end();
    startSpan('child', { kind: 'server', parent: caller }).end();
    await flush();
    expect(receiver.spans.map((span) => span.name)).toEqual(['child']);
    expect(receiver.spans[0]?.resource).toMatchObject({
      'service.name': 'gateway',
      'deployment.environment.name': 'test',
    });
    expect(receiver.requests[0]?.headers).toMatchObject({
      'x-collector-key': 'k1',
      'content-type': 'application/json',
    });
  });

  it('go out as protobuf unless another protocol is named', async () => {
    await start({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/spans` });
    startSpan('binary', { kind: 'internal' }).end();
    await flush();
    expect(receiver.requests.map((request) => [request.path, request.headers['content-type']])).toEqual([
      ['/spans', 'application/x-protobuf'],
    ]);
    expect(receiver.requests[0]?.body.includes('binary')).toBe(true);
  });
});

describe('metrics', () => {
  it('arrive periodically, with bounded labels', async () => {
    await start({ ...json(), OTEL_METRIC_EXPORT_INTERVAL: '100' });
    const labels = { [breakwater.route]: 'sonnet', [breakwater.fault]: undefined };
    instruments().calls.add(2, labels);
    instruments().inFlight.add(1, labels);
    instruments().inFlight.add(-1, labels);
    instruments().tokenUsage.record(120, { ...labels, [genAi.tokenType]: 'input' });
    const point = await receiver.until(() => receiver.points.find(({ metric }) => metric === 'breakwater.calls'));
    expect(point).toMatchObject({ value: 2, labels: { 'breakwater.route': 'sonnet' }, unit: '{call}' });
    expect(receiver.points.find(({ metric }) => metric === 'breakwater.in_flight')?.value).toBe(0);
    expect(receiver.points.find(({ metric }) => metric === 'gen_ai.client.token.usage')).toMatchObject({
      value: 120,
      count: 1,
      labels: { 'breakwater.route': 'sonnet', 'gen_ai.token.type': 'input' },
    });
  });

  it('stay home when only traces have a collector', async () => {
    await start({ ...json(), OTEL_METRICS_EXPORTER: 'none' });
    instruments().calls.add(1);
    startSpan('alone', { kind: 'internal' }).end();
    await flush();
    expect(receiver.requests.map((request) => request.path)).toEqual(['/v1/traces']);
  });
});

describe('telemetry', () => {
  it.each([
    ['nothing is set', {}],
    ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }],
  ])('is off when %s: parents pass through', async (_name, variables) => {
    await start(variables);
    const span = startSpan('nothing', { kind: 'server', parent: caller });
    span.set({ a: 1 });
    span.end();
    instruments().calls.add(1);
    expect(span.traceparent).toBe(caller);
    expect(startSpan('nothing', { kind: 'server', parent: 'nonsense' }).traceparent).toBeUndefined();
    await flush();
    expect(receiver.requests).toEqual([]);
  });

  it.each(['refuses', 'never answers'])('is harmless when the collector %s', async (manner) => {
    const dead = createServer();
    const connections: Socket[] = [];
    dead.on('connection', (connection) => connections.push(connection));
    await once(dead.listen(0, '127.0.0.1'), 'listening');
    const address = dead.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    if (manner === 'refuses') dead.close();
    await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '4000',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_LOG_LEVEL: 'none',
    });
    for (let n = 0; n < 5_000; n += 1) startSpan(`span ${n}`, { kind: 'internal' }).end();
    instruments().calls.add(1);
    const began = performance.now();
    await flush();
    expect(performance.now() - began).toBeLessThan(3_500);
    expect(startSpan('after', { kind: 'internal', parent: caller }).traceparent).toBe(caller);
    for (const connection of connections) connection.destroy();
    dead.close();
  });
});
