import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RouteOptions } from 'fastify';
import { closeBus, connectBus, putRevision } from '#libs/bus';
import { revision } from '../../services/console/src/fleet/revision.fixture.js';
import { prepareDoor } from '../../services/ingress/src/door.js';
import { IngressModule } from '../../services/ingress/src/ingress.module.js';
import { startNats } from '../support/nats.js';
import { sendRaw } from '../support/raw-http.js';
import { temporaryFolder, type TestServer } from '../support/server.js';

describe('the routes of ingress', () => {
  const routes: RouteOptions[] = [];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let nats: TestServer;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    [folder, nats] = await Promise.all([temporaryFolder(), startNats()]);
    Object.assign(process.env, {
      NATS_URL: nats.url,
      BREAKWATER_STATE_DIR: folder.path,
      BREAKWATER_LOG_LEVEL: 'silent',
    });
    const bus = await connectBus({ url: nats.url, name: 'test' });
    await putRevision(bus, revision);
    await closeBus(bus);
    const adapter = new FastifyAdapter({ exposeHeadRoutes: false });
    adapter.getInstance().addHook('onRoute', (route) => void routes.push(route));
    app = await NestFactory.create<NestFastifyApplication>(IngressModule, adapter, {
      logger: false,
      bodyParser: false,
    });
    prepareDoor(app);
    await app.listen(0, '127.0.0.1');
  }, 30_000);

  afterAll(async () => {
    await app.close();
    await nats.stop();
    await folder.remove();
  }, 30_000);

  it('are open to everybody only where a load balancer looks', () => {
    const open = routes
      .filter(({ config }) => config?.public === true)
      .map(({ method, url }) => `${String(method)} ${url}`);
    expect(open).toEqual(['GET /healthz', 'HEAD /healthz', 'GET /readyz', 'HEAD /readyz']);
  });

  it('answer 401 without a key, each of them and by each of its methods', async () => {
    const guarded = routes.filter(({ config }) => config?.public !== true);
    const asked = guarded.flatMap(({ method, url }) => [method].flat().map((name) => ({ method: name, url })));
    expect(asked).toEqual(
      expect.arrayContaining([
        { method: 'POST', url: '/v1/chat/completions' },
        { method: 'POST', url: '/v1/messages' },
        { method: 'GET', url: '/v1/models' },
      ]),
    );
    for (const { method, url } of asked) {
      const request = `${method} ${url} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n`;
      expect([method, url, (await sendRaw(await app.getUrl(), request)).status]).toEqual([method, url, 401]);
    }
  });
});
