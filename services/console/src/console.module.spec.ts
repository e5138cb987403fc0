import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Revision } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { ConsoleModule } from './console.module.js';
import { FleetState } from './fleet/fleet.state.js';
import { AGENT_KEY, OPERATOR_KEY, revision } from './fleet/revision.fixture.js';
import { fastifyOptions } from './http/fastify-options.js';
import { addSecurityHeaders } from './http/security-headers.js';

const guarded = ['/usage', '/calls/r1', '/targets', '/revision', '/health/history'];
const commands = ['/targets/gpt-5@primary/drain', '/targets/gpt-5@primary/restore'];
const open = ['/', '/console.js', '/console.css', '/healthz', '/readyz'];

describe('the console', () => {
  let app: NestFastifyApplication;
  let port: number;
  let current: Revision | undefined = revision;

  beforeAll(async () => {
    process.env['NATS_URL'] ??= 'nats://127.0.0.1:1';
    process.env['BREAKWATER_LOG_LEVEL'] = 'silent';
    const testing = Test.createTestingModule({ imports: [ConsoleModule] });
    testing.overrideProvider(BusConnection).useValue({ bus: {} });
    testing.overrideProvider(FleetState).useValue({
      get revision() {
        if (current === undefined) throw new GatewayError('not_ready', 'none yet', { retryAfterMs: 1000 });
        return current;
      },
      states: new Map(),
    });
    const module = await testing.compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions), {
      bodyParser: false,
      logger: false,
    });
    addSecurityHeaders(app);
    await app.listen(0, '127.0.0.1');
    port = Number(new URL(await app.getUrl()).port);
  });
  afterAll(() => app.close());

  const get = (path: string, key?: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    });

  /** A request as written, which fetch would tidy up. */
  async function raw(requestLine: string, ...headers: readonly string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.end([`${requestLine} HTTP/1.1`, 'host: console', 'connection: close', ...headers, '', ''].join('\r\n'));
    return text(socket);
  }

  it('knows every route there is', () => {
    const printed = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const above: string[] = [];
    const paths = printed.split('\n').flatMap((line) => {
      const [, lead = '', part = '', methods] = /^(.*)── (\S+)(?: \((.+)\))?/.exec(line) ?? [];
      if (part === '') return [];
      const depth = Math.floor(lead.length / 4);
      above.length = depth;
      above[depth] = part;
      const path = above.join('').replace(/^(?!\/)/, '/');
      return methods === undefined ? [] : [path];
    });
    const known = [...open, ...guarded, ...commands].map((path) =>
      path.replace('r1', ':requestId').replace('gpt-5@primary', ':id'),
    );
    expect(paths.toSorted()).toEqual(known.toSorted());
  });

  it.each(guarded)('%s is for operators only', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      expect((await get(path, undefined, method)).status).toBe(401);
      expect((await get(path, 'wrong', method)).status).toBe(401);
      expect((await get(path, AGENT_KEY, method)).status).toBe(403);
    }
    const refused = await get(path);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(await refused.json()).toEqual({
      error: { code: 'missing_key', message: expect.any(String), field: 'authorization' },
    });
    expect(await (await get(path, AGENT_KEY)).json()).toMatchObject({ error: { code: 'forbidden' } });
  });

  it.each(commands)('%s is for operators only, and no page to be read', async (path) => {
    expect((await get(path, undefined, 'POST')).status).toBe(401);
    expect((await get(path, 'wrong', 'POST')).status).toBe(401);
    expect((await get(path, AGENT_KEY, 'POST')).status).toBe(403);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
      expect((await get(path, OPERATOR_KEY, method)).status).toBe(404);
  });

  it.each([
    ['/targets/x/drain?reason=', 'reason'],
    [`/targets/x/drain?reason=${'x'.repeat(501)}`, 'reason'],
    ['/targets/x/restore?reason=a&reason=b', 'reason'],
    [`/targets/${'x'.repeat(257)}/drain`, 'id'],
  ])('%s is refused before anything is done', async (path, field) => {
    const response = await get(path, OPERATOR_KEY, 'POST');
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { code: 'invalid_value', message: expect.stringContaining(field), field } },
    ]);
  });

  it.each(open)('%s needs no key, and holds no data', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).not.toMatch(/gpt-5|primary|acme|canary/i);
  });

  it.each([
    'GET //usage',
    'GET /usage/',
    'GET /usage/.',
    'GET /./usage',
    'GET /x/../usage',
    'GET /%75sage',
    'GET /usage%2f',
    'GET /usage;x',
    'GET /usage%00',
    'GET /USAGE',
    'GET http://console/usage',
    'GET /usage?x=/console.js',
    'GET /%2e/revision',
    'GET /%',
    'GET *',
    'HEAD /revision',
    'OPTIONS /revision',
    'TRACE /revision',
    'POST /revision',
    'DELETE /revision',
    'PROPFIND /revision',
  ])('%s reaches nothing without a key', async (requestLine) => {
    const answer = await raw(requestLine, 'x-http-method-override: GET', 'x-forwarded-for: 127.0.0.1');
    expect(answer).toMatch(/^HTTP\/1.1 (400|401|404|405) /);
    expect(answer).not.toContain('d1g35t');
  });

  it('takes no key that is sent twice', async () => {
    const header = `authorization: Bearer ${OPERATOR_KEY}`;
    expect(await raw('GET /revision', header)).toContain('d1g35t');
    expect(await raw('GET /revision', header, header)).toMatch(/^HTTP\/1.1 401 /);
    expect(await raw('GET /revision', header, `x-api-key: ${AGENT_KEY}`)).toMatch(/^HTTP\/1.1 401 /);
  });

  it.each([
    ['/usage?form=2026-01-01', 'unsupported_parameter', 'form'],
    ['/usage?from=2026-02-30', 'invalid_value', 'from'],
    ['/usage?from=2026-01-01T00:00Z', 'invalid_value', 'from'],
    ['/usage?to=', 'invalid_value', 'to'],
    ['/usage?from=2026-01-01&from=2026-01-02', 'invalid_value', 'from'],
    ['/usage?groupBy=key,price', 'invalid_value', 'groupBy'],
    ['/usage?groupBy=', 'invalid_value', 'groupBy'],
    ['/usage?groupBy=key,key', 'invalid_value', 'groupBy'],
    ['/usage?limit=0', 'invalid_value', 'limit'],
    ['/usage?limit=10001', 'invalid_value', 'limit'],
    ['/usage?limit=many', 'invalid_value', 'limit'],
    ['/usage?team=a&team=b', 'invalid_value', 'team'],
    ['/usage?team[x]=a', 'unsupported_parameter', 'team[x]'],
    ['/health/history?from=2026-02-30', 'invalid_value', 'from'],
    ['/health/history?to=2026-01-31T10:00', 'invalid_value', 'to'],
    ['/health/history?limit=501', 'invalid_value', 'limit'],
    ['/health/history?target=a&target=b', 'invalid_value', 'target'],
    ['/health/history?phase=open', 'unsupported_parameter', 'phase'],
    ['/calls/a%2Fb', 'invalid_value', 'requestId'],
    ['/calls/a%20b', 'invalid_value', 'requestId'],
  ])('%s is refused with the field and the fix', async (path, code, field) => {
    const response = await get(path, OPERATOR_KEY);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: { code, message: expect.stringContaining(field), field } });
  });

  it('shows targets and the revision without a hash, a credential or an address', async () => {
    expect(await (await get('/targets', OPERATOR_KEY)).json()).toMatchObject({ revision: 7, targets: [{}, {}] });
    const shown = await (await get('/revision', OPERATOR_KEY)).text();
    expect(JSON.parse(shown)).toMatchObject({
      number: 7,
      digest: 'd1g35t',
      routes: [{ id: 'fast' }],
      models: [{ id: 'gpt-5' }],
    });
    for (const secret of [...revision.keys.map((key) => key.sha256), 'canary'])
      expect(shown.toLowerCase()).not.toContain(secret);
  });

  it.each([...open, ...guarded, '/nothing'])('guards what a browser does with %s', async (path) => {
    const { headers } = await get(path);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('has a page without inline script or style, or anything from elsewhere', async () => {
    const page = await (await get('/')).text();
    expect(page).not.toMatch(/<script(?![^>]*src="\/console\.js")|<style|\son\w+=|style=|https?:/);
    expect((await get('/console.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await get('/console.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
  });

  it('is not ready, and lets nobody in, before there is a revision', async () => {
    current = undefined;
    for (const path of ['/readyz', '/revision']) {
      const response = await get(path, OPERATOR_KEY);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    }
    expect((await get('/healthz')).status).toBe(200);
    current = revision;
  });
});
