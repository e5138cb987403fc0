import 'reflect-metadata';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { closeBus, connectBus, LedgerPublisher, putRevision, storeState, type Bus } from '#libs/bus';
import { startTelemetry, type Telemetry } from '#libs/telemetry';
import { ConsoleModule } from '../../services/console/src/console.module.js';
import { OPERATOR_KEY, revision } from '../../services/console/src/fleet/revision.fixture.js';
import { addSecurityHeaders } from '../../services/console/src/http/security-headers.js';
import { MeteringModule } from '../../services/metering/src/metering.module.js';
import { attemptRecord, completionRecord, message } from '../../services/metering/src/records/records.fixture.js';
import { startNats } from '../support/nats.js';
import { startOtlpReceiver, type OtlpReceiver } from '../support/otlp.js';
import { temporaryFolder, type TestServer } from '../support/server.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const principal = { tenant: 'acme', team: 'search', agent: 'crawler', key: 'key-1' };

describe('console and metering over NATS', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let nats: TestServer;
  let collector: OtlpReceiver;
  let telemetry: Telemetry;
  let bus: Bus;
  let publisher: LedgerPublisher;
  let metering: INestApplicationContext;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    [folder, nats, collector] = await Promise.all([temporaryFolder(), startNats(), startOtlpReceiver()]);
    Object.assign(process.env, {
      NATS_URL: nats.url,
      BREAKWATER_LEDGER_FILE: `${folder.path}/ledger.sqlite`,
      BREAKWATER_LOG_LEVEL: 'silent',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    delete process.env['DATABASE_URL'];
    telemetry = await startTelemetry({ service: 'metering', instance: 'test', environment: process.env });
    bus = await connectBus({ url: nats.url, name: 'test' });
    app = await NestFactory.create<NestFastifyApplication>(ConsoleModule, new FastifyAdapter(), { logger: false });
    addSecurityHeaders(app);
    await app.listen(0, '127.0.0.1');
    metering = await startMetering();
    publisher = new LedgerPublisher(bus, { directory: folder.path, instance: 'test', durability: 'os' });
  }, 30_000);

  afterAll(async () => {
    await Promise.all([app.close(), metering.close(), publisher.close(1000)]);
    await closeBus(bus);
    await telemetry.shutdown();
    await Promise.all([nats.stop(), collector.close()]);
    await folder.remove();
  }, 30_000);

  const startMetering = () => NestFactory.createApplicationContext(MeteringModule, { logger: false });

  async function get(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch((await app.getUrl()) + path, {
      headers: { 'x-api-key': OPERATOR_KEY },
      signal: AbortSignal.timeout(2000),
    });
    return { status: response.status, body: await response.json() };
  }

  /** The ledger follows the calls: what is asked for comes, but not at once. */
  async function expectEventually(path: string, expected: object): Promise<void> {
    const latest = performance.now() + 15_000;
    for (;;) {
      try {
        expect(await get(path)).toMatchObject(expected);
        return;
      } catch (error) {
        if (performance.now() > latest) throw error;
        await setTimeout(25);
      }
    }
  }

  it('is ready once policy has announced a revision', async () => {
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { error: { code: 'not_ready' } } });
    await putRevision(bus, revision);
    await expectEventually('/readyz', { status: 200 });
    await putRevision(bus, { ...revision, number: 8 });
    await expectEventually('/revision', { body: { number: 8 } });
  });

  it('shows a failover: in the call, in the usage, in the trace', async () => {
    const call = { requestId: 'r1', startedAt: Date.now(), traceparent: TRACEPARENT, principal };
    const failed = { outcome: 'failed', fault: 'overloaded', status: 529, costMicros: 0 } as const;
    void publisher.append(attemptRecord({ ...call, attemptId: 'a1', ...failed }));
    void publisher.append(attemptRecord({ ...call, attemptId: 'a2', number: 2, channel: 'backup' }));
    void publisher.append(completionRecord({ ...call, attempts: 2, channel: 'backup' }));
    await expectEventually('/calls/r1', {
      status: 200,
      body: {
        completion: { outcome: 'ok', attempts: 2, channel: 'backup' },
        attempts: [
          { number: 1, channel: 'primary', fault: 'overloaded' },
          { number: 2, channel: 'backup', outcome: 'ok' },
        ],
      },
    });
    const today = new Date().toISOString().slice(0, 10);
    expect(await get(`/usage?key=key-1&from=${today}`)).toMatchObject({
      status: 200,
      body: {
        rows: [
          { key: 'key-1', model: 'gpt-5', channel: 'backup', day: today, attempts: 1, costMicros: 700 },
          { channel: 'primary', failedAttempts: 1, costMicros: 0 },
        ],
        totals: { calls: 1, attempts: 2 },
        truncated: false,
      },
    });
    const span = await collector.until(() => collector.spans.find(({ name }) => name === 'ledger.apply'));
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: 'b7ad6b7169203331', kind: 'consumer' });
  });

  it('asks metering as it was asked, and hands on its refusal', async () => {
    expect(await get('/usage?groupBy=team,route&limit=1&model=none')).toMatchObject({
      status: 200,
      body: { groupBy: ['team', 'route'], rows: [], totals: { calls: 0 } },
    });
    expect(await get('/usage?from=2026-01-02&to=2026-01-01')).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_value', field: 'to' } },
    });
    expect(await get('/calls/unheard-of')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });

  it('shows health as it changes', async () => {
    const closed = [
      { id: 'gpt-5@primary', phase: 'closed' },
      { id: 'gpt-5@backup', phase: 'closed' },
    ];
    expect(await get('/targets')).toMatchObject({ status: 200, body: { targets: closed } });
    await storeState(bus, {
      target: 'gpt-5@primary',
      phase: 'open',
      since: 1,
      until: 2,
      openings: 1,
      reason: 'overloaded',
      rampFrom: 0,
      share: 1,
      gates: {},
      evidence: [{ at: 1, fault: 'overloaded', dispatcher: 'dispatch-1' }],
      version: 1,
    });
    await expectEventually('/targets', {
      body: { targets: [{ phase: 'open', reason: 'overloaded' }, { phase: 'closed' }] },
    });
  });

  it('sets apart what cannot be read and goes on with what is around it', async () => {
    const call = { startedAt: Date.now(), principal: { ...principal, key: 'key-2' } };
    const around = ['b1', 'b2'].map((id) => message(attemptRecord({ ...call, attemptId: id, requestId: id })));
    const torn = '{"kind":"attempt","v":1,"attemptId":"torn';
    const manager = await jetstreamManager(bus.nats);
    const [first = '', second = ''] = around.map(String);
    await manager.jetstream().publish('bw.ledger.records.v1', `${first}${torn}\n${second}`);
    await expectEventually('/usage?key=key-2', { body: { totals: { attempts: 2 } } });
    const letters = async () => (await manager.streams.info('BW_DEAD_LETTERS')).state.messages;
    while ((await letters()) === 0) await setTimeout(25);
    const letter = await manager.streams.getMessage('BW_DEAD_LETTERS', { last_by_subj: 'bw.dead-letter.v1' });
    expect(letter?.json()).toEqual({
      source: 'metering',
      reason: 'the line is not a JSON object',
      payload: Buffer.from(torn).toString('base64'),
    });
  });

  it('counts once what is delivered twice, and loses nothing while metering is away', async () => {
    const call = { startedAt: Date.now(), principal: { ...principal, key: 'key-3' } };
    const records = Array.from({ length: 300 }, (_, at) =>
      attemptRecord({ ...call, attemptId: `c${at}`, requestId: `c${at}` }),
    );
    await metering.close();
    expect(await get('/usage')).toMatchObject({ status: 503, body: { error: { code: 'not_ready' } } });
    for (const record of records) void publisher.append(record);
    const stream = (await jetstreamManager(bus.nats)).jetstream();
    for (let at = 0; at < records.length; at += 50) {
      await stream.publish('bw.ledger.records.v1', message(...records.slice(at, at + 50)));
    }
    metering = await startMetering();
    await expectEventually('/usage?key=key-3', {
      body: { totals: { calls: 300, attempts: 300, costMicros: 210_000 } },
    });
  }, 20_000);

  it('goes on by itself after the broker crashed', async () => {
    await nats.crash();
    const call = { startedAt: Date.now(), principal: { ...principal, key: 'key-4' } };
    void publisher.append(attemptRecord({ ...call, attemptId: 'd1', requestId: 'd1' }));
    await nats.restart();
    await expectEventually('/usage?key=key-4', { status: 200, body: { totals: { attempts: 1 } } });
    await storeState(bus, {
      target: 'gpt-5@backup',
      phase: 'open',
      since: 1,
      until: 2,
      openings: 1,
      reason: 'hang',
      rampFrom: 0,
      share: 1,
      gates: {},
      evidence: [],
      version: 2,
    });
    await expectEventually('/targets', { body: { targets: [{}, { phase: 'open', reason: 'hang' }] } });
  }, 30_000);
});
