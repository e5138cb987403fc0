import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseHealthCommand } from './health-command.js';
import { runHealthCommand, type HealthResult } from './health-control.js';

describe('parseHealthCommand', () => {
  it.each([
    [[], { kind: 'usage' }],
    [['help'], { kind: 'usage' }],
    [['--help'], { kind: 'usage' }],
    [['list'], { kind: 'list' }],
    [['drain', 'gpt-5@eu'], { kind: 'drain', target: 'gpt-5@eu' }],
    [['drain', 'gpt-5@eu', '--reason', 'slow'], { kind: 'drain', target: 'gpt-5@eu', reason: 'slow' }],
    [['restore', 'gpt-5@eu'], { kind: 'restore', target: 'gpt-5@eu' }],
    [['history'], { kind: 'history' }],
    [['history', 'gpt-5@eu', '--limit', '3'], { kind: 'history', target: 'gpt-5@eu', limit: '3' }],
  ])('%j', (args, expected) => {
    expect(parseHealthCommand(args)).toEqual(expected);
  });

  it.each([
    [['drain'], 'which target'],
    [['drain', 'a', 'b'], "'b' is too much"],
    [['list', 'a'], "'history a'"],
    [['stop', 'a'], "There is no 'stop'"],
    [['history', '--reason', 'x'], '--reason goes with'],
    [['list', '--limit', '1'], '--limit goes with'],
    [['list', '--all'], '--all'],
  ])('%j is refused with what to do', (args, message) => {
    expect(() => parseHealthCommand(args)).toThrow(message);
  });
});

describe('runHealthCommand', () => {
  let server: Server;
  let url: string;
  let asked: string[];
  let answer: { readonly status: number; readonly body: unknown };

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  afterEach(() => void server.close());

  const run = (...args: string[]): Promise<HealthResult> => runHealthCommand(args, { url, key: 'k' });

  it('drains with a reason, and shows the target', async () => {
    const target = {
      id: 'a/b@eu',
      phase: 'drained',
      share: 0,
      reason: 'operator',
      until: null,
      gates: {},
      evidence: [],
    };
    answer = { status: 200, body: { ...target, outage: null } };
    const { exitCode, text } = await run('drain', 'a/b@eu', '--reason', 'a & b');
    expect(asked).toEqual(['POST /targets/a%2Fb%40eu/drain?reason=a%20%26%20b Bearer k']);
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^a\/b@eu +drained +0 % +operator$/)]);
  });

  it('lists targets with why they are as they are', async () => {
    const evidence = [{ at: 0, fault: 'hang', dispatcher: 'dispatch-1' }];
    const open = { id: 'a', phase: 'open', share: 0, reason: 'hang', until: 0, gates: {}, evidence, outage: null };
    const outage = { at: 0, description: 'API: major_outage' };
    const ramped = { id: 'b', phase: 'closed', share: 0.25, reason: 'none', until: null, gates: { tokens: 0 }, outage };
    answer = { status: 200, body: { targets: [open, ramped] } };
    const { text } = await run('list');
    const epoch = '1970-01-01T00:00:00.000Z';
    expect(text.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      `a  open  0 %  hang  until ${epoch}  (hang at dispatch-1)`,
      `b  closed  25 %  tokens used up until ${epoch}  status page: API: major_outage`,
    ]);
  });

  it('tells the history with who and why', async () => {
    const change = { at: 0, target: 'a', fromPhase: 'closed', toPhase: 'drained', reason: 'operator', actor: 'first' };
    answer = { status: 200, body: { changes: [{ ...change, note: 'slow' }] } };
    const { text } = await run('history', 'a', '--limit', '1');
    expect(asked).toEqual(['GET /health/history?target=a&limit=1 Bearer k']);
    expect(text.replace(/ {2,}/g, '  ')).toBe(
      '1970-01-01T00:00:00.000Z  a  closed -> drained  operator  by first: slow',
    );
  });

  it("hands on the console's refusal", async () => {
    answer = { status: 404, body: { error: { code: 'not_found', message: 'there is no target x' } } };
    expect(await run('drain', 'x')).toEqual({ exitCode: 1, text: 'there is no target x' });
  });

  it('says what is missing', async () => {
    expect(await runHealthCommand(['list'], { url, key: undefined })).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('BREAKWATER_API_KEY'),
    });
    expect(await runHealthCommand(['list'], { url: 'http://127.0.0.1:1', key: 'k' })).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('No console answers at http://127.0.0.1:1'),
    });
    expect(await run('stop', 'a')).toMatchObject({ exitCode: 2 });
  });
});
