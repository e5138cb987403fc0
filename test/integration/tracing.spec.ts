import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../support/otlp.js';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';

const PARENT = 'b7ad6b7169203331';
const PROMPT = 'the wombat sings at midnight';

let collector: OtlpReceiver;
let backend: SimulatedGateway;

beforeAll(async () => {
  collector = await startOtlpReceiver();
  backend = await startSimulatedGateway({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_METRIC_EXPORT_INTERVAL: '250',
      OTEL_METRIC_EXPORT_TIMEOUT: '250',
    },
  });
}, 60_000);

afterAll(async () => {
  await backend.stop();
  await collector.close();
}, 60_000);

const traceId = (seed: number): string => seed.toString(16).padStart(32, 'a');

async function call(trace: string, more: object = {}, at = backend): Promise<Response> {
  const response = await fetch(`${at.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${at.gateway.key}`,
      traceparent: `00-${trace}-${PARENT}-01`,
    },
    body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: PROMPT }], ...more }),
  });
  await response.text();
  return response;
}

/** A call's spans by name, once all of them have come; those of one name in the order in which they began. */
function traced(trace: string, names: readonly string[]): Promise<readonly ReceivedSpan[]> {
  return collector.until(() => {
    const spans = collector.spans.filter((span) => span.traceId === trace).toSorted((a, b) => a.startMs - b.startMs);
    const left = [...spans];
    const found = names.flatMap((name) => {
      const at = left.findIndex((span) => span.name === name);
      return at < 0 ? [] : left.splice(at, 1);
    });
    return found.length === names.length ? found : undefined;
  });
}

describe('a trace', () => {
  it('leads from the caller through every service to the ledger, over a failover', async () => {
    backend.simulator.setFault({ channel: 'openai-primary', kind: 'overloaded' });
    const response = await call(traceId(1), { stream: true });
    backend.simulator.clearFaults();
    const names = [
      'POST /v1/chat/completions',
      'policy.decide',
      'dispatch.run',
      'chat gpt-1',
      'chat gpt-1',
      'ledger.apply',
    ];
    const [server, decide, run, first, second, ledger] = await traced(traceId(1), names);
    expect(collector.spans.filter((span) => span.traceId === traceId(1))).toHaveLength(6);

    expect(server).toMatchObject({ service: 'breakwater-ingress', kind: 'server', parentSpanId: PARENT });
    expect(decide).toMatchObject({ service: 'breakwater-policy', parentSpanId: server?.spanId });
    expect(run).toMatchObject({ service: 'breakwater-dispatch', kind: 'consumer', parentSpanId: server?.spanId });
    for (const attempt of [first, second])
      expect(attempt).toMatchObject({ service: 'breakwater-dispatch', kind: 'client', parentSpanId: run?.spanId });
    expect(ledger).toMatchObject({ service: 'breakwater-metering', kind: 'consumer', parentSpanId: server?.spanId });

    const requestId = response.headers.get('x-breakwater-request-id');
    expect(server?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'gen_ai.request.stream': true,
      'breakwater.request_id': requestId,
      'breakwater.route': 'gpt',
      'breakwater.outcome': 'ok',
      'breakwater.attempts': 2,
      'breakwater.channel': 'openai-backup',
    });
    const asked = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-1',
    };
    expect(first).toMatchObject({
      failure: 'overloaded',
      attributes: {
        ...asked,
        'error.type': 'overloaded',
        'http.response.status_code': 503,
        'breakwater.attempt': 1,
        'breakwater.channel': 'openai-primary',
        'server.address': '127.0.0.1',
      },
    });
    expect(second).toMatchObject({
      failure: undefined,
      attributes: {
        ...asked,
        'gen_ai.response.model': 'gpt-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.time_to_first_chunk': expect.any(Number),
        'gen_ai.usage.input_tokens': expect.any(Number),
        'gen_ai.usage.output_tokens': expect.any(Number),
        'breakwater.attempt': 2,
        'breakwater.channel': 'openai-backup',
        'breakwater.request_id': requestId,
      },
    });
  });

  it('begins anew where the caller sends none that is valid', async () => {
    await call('0'.repeat(32), { model: 'gpt-alone' });
    const server = await collector.until(() =>
      collector.spans.find((span) => span.kind === 'server' && span.attributes['breakwater.route'] === 'gpt-alone'),
    );
    expect([server.parentSpanId, server.traceId]).toEqual(['', expect.stringMatching(/[1-9a-f]/)]);
  });

  it('tells why a call was refused', async () => {
    expect((await call(traceId(2), { model: 'nobody' })).status).toBe(404);
    const [server, decide] = await traced(traceId(2), ['POST /v1/chat/completions', 'policy.decide']);
    expect([server?.failure, decide?.failure]).toEqual(['route_not_found', 'route_not_found']);
  });

  it('tells of a call whose targets all failed', async () => {
    backend.simulator.setFault({ channel: 'openai-primary', kind: 'server-error' });
    expect((await call(traceId(3), { model: 'gpt-alone' })).status).toBe(503);
    backend.simulator.clearFaults();
    const [server] = await traced(traceId(3), ['POST /v1/chat/completions', 'ledger.apply']);
    expect(server).toMatchObject({
      failure: 'targets_exhausted',
      attributes: { 'error.type': 'targets_exhausted', 'http.response.status_code': 503 },
    });
  });
});

describe('metrics', () => {
  it('arrive: calls, attempts, failovers, time to first token, added latency', async () => {
    const total = (metric: string, labels: object, of: 'value' | 'count'): Promise<number> =>
      collector.until(() => {
        const points = collector.points.filter(
          (point) =>
            point.metric === metric &&
            Object.entries(labels).every(([name, value]) => point.labels[name] === value) &&
            point[of] > 0,
        );
        return points.at(-1)?.[of];
      });
    const route = { 'breakwater.route': 'gpt' };
    expect(await total('breakwater.calls', { ...route, 'breakwater.outcome': 'ok' }, 'value')).toBe(1);
    const failed = { 'breakwater.channel': 'openai-primary', 'breakwater.fault': 'overloaded' };
    expect(await total('breakwater.attempts', failed, 'value')).toBe(1);
    expect(await total('breakwater.failovers', route, 'value')).toBe(1);
    const served = { 'breakwater.channel': 'openai-backup' };
    expect(await total('gen_ai.client.operation.time_to_first_chunk', served, 'count')).toBe(1);
    expect(await total('gen_ai.client.token.usage', { ...served, 'gen_ai.token.type': 'output' }, 'count')).toBe(1);
    expect(await total('breakwater.added_latency', route, 'count')).toBe(1);
    const latency = collector.points.filter(({ metric }) => metric === 'breakwater.added_latency').at(-1);
    expect(latency?.unit).toBe('s');
    expect(latency?.value).toBeLessThan(1);
  });
});

describe('telemetry', () => {
  it('holds no prompt, no answer and no key', () => {
    const exported = Buffer.concat(collector.requests.map(({ body }) => body)).toString();
    expect(exported).toContain('gen_ai.request.model');
    for (const secret of ['wombat', 'Simulated answer', backend.gateway.key, backend.providerKey, backend.narrowKey])
      expect(exported).not.toContain(secret);
  });

  it('is not exported without the variables', async () => {
    const silent = await startSimulatedGateway();
    const before = new Set(collector.spans);
    try {
      expect((await call(traceId(9), {}, silent)).status).toBe(200);
    } finally {
      // What is left would be exported on the way out.
      await silent.stop();
    }
    expect(collector.spans.filter((span) => !before.has(span) && span.traceId === traceId(9))).toEqual([]);
  }, 60_000);
});
