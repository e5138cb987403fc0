import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord, FaultDefinition } from '#libs/simulators';
import { startRoutedGateway, versionOf, type RoutedGateway, type TargetName } from './routed-gateway.fixture.js';
import { callBySdk, type SdkOutcome } from './sdk-caller.fixture.js';

const surfaces = [
  { surface: 'openai-chat', own: 'openai' },
  { surface: 'anthropic-messages', own: 'anthropic' },
] as const;
/** Behind the words that name the channel, which two channels do not have in common. */
const AFTER_TOKENS = 14;
const PROMPT = 'one two three four five six seven eight nine ten eleven twelve';

const midway: readonly (readonly [string, Omit<FaultDefinition, 'channel' | 'model'>])[] = [
  ['is cut', { kind: 'cut', afterTokens: AFTER_TOKENS }],
  ['is reset', { kind: 'cut', afterTokens: AFTER_TOKENS, mode: 'rst' }],
  ['stalls', { kind: 'stall', afterTokens: AFTER_TOKENS }],
  ['reports an error', { kind: 'error-event', afterTokens: AFTER_TOKENS }],
  ['does not end', { kind: 'missing-terminator' }],
];

describe.each(surfaces)('an answer on the $surface surface that fails midway', ({ surface, own }) => {
  let world: RoutedGateway;
  const targets = (route: string): readonly (readonly TargetName[])[] => [
    [`${route}@${own}-primary`],
    [`${route}@${own}-backup`],
  ];

  beforeAll(async () => {
    const ids = midway.flatMap((_, at) => [`held${at}`, `joined${at}`]);
    world = await startRoutedGateway({
      routes: [...ids, 'lost', 'alone'].map((id) => ({
        id,
        tiers: id === 'alone' ? [[`alone@${own}-primary`]] : targets(id),
        ...(id === 'alone'
          ? { deadlines: { firstToken: 5000, interToken: 5000, attempt: 60_000, total: 60_000 } }
          : {}),
        conduct: { delivery: id.startsWith('held') || id === 'alone' ? 'committed' : 'continued', retries: 0 },
      })),
      targets: Object.fromEntries(
        ids.flatMap((id) =>
          targets(id)
            .flat()
            .map((target) => [target, { acceptsContinuation: true }]),
        ),
      ),
      pace: { firstTokenMs: 1, tokenMs: 0 },
    });
  }, 60_000);
  afterEach(() => world.simulator.clearFaults());
  afterAll(() => world.stop(), 30_000);

  const call = (route: string): Promise<SdkOutcome> =>
    callBySdk(world.gateway, { surface, route, stream: true, prompt: PROMPT });
  const strike = (route: string, fault: Omit<FaultDefinition, 'channel' | 'model'>): void =>
    void world.simulator.setFault({ ...fault, channel: `${own}-primary`, model: versionOf(route) });
  const atProvider = (route: string): readonly CallRecord[] =>
    world.simulator.calls().filter(({ model }) => model === versionOf(route));

  it.each(midway.map(([what, fault], at) => [what, fault, at] as const))(
    'and %s is replaced unseen where it is held',
    async (_what, fault, at) => {
      strike(`held${at}`, fault);
      const outcome = await call(`held${at}`);
      expect(outcome.error).toBeUndefined();
      expect(outcome.text).toContain(`${own}-backup`);
      expect(outcome.text).not.toContain(`${own}-primary`);
      expect(outcome.headers.get('x-breakwater-attempts')).toBe('2');
      expect(atProvider(`held${at}`).map(({ channel }) => channel)).toEqual([`${own}-primary`, `${own}-backup`]);
    },
  );

  it.each(midway.slice(0, 4).map(([what, fault], at) => [what, fault, at] as const))(
    'and %s is gone on with where the route and the target say so',
    async (_what, fault, at) => {
      const whole = (await call(`joined${at}`)).text;
      strike(`joined${at}`, fault);
      const outcome = await call(`joined${at}`);
      expect(outcome.error).toBeUndefined();
      expect(outcome.text).toBe(whole);
      expect(outcome.bytes.toString()).toContain(': breakwater continued on');
      const { attempts, completion } = await world.operator.ended(outcome.requestId);
      expect(attempts).toMatchObject([
        { outcome: 'failed', purpose: 'first' },
        { outcome: 'ok', purpose: 'continuation' },
      ]);
      expect(completion).toMatchObject({ outcome: 'ok', continuations: 1 });
      expect(attempts.every(({ costMicros }) => costMicros > 0)).toBe(true);
    },
  );

  it('ends in an error where no target may go on with it', async () => {
    strike('lost', { kind: 'cut', afterTokens: AFTER_TOKENS });
    const outcome = await call('lost');
    expect(outcome.error).toBeDefined();
    expect(outcome.text).toContain(`${own}-primary`);
    expect(atProvider('lost').map(({ channel }) => channel)).toEqual([`${own}-primary`]);
  });

  it('keeps a caller waiting whose answer is held, and tells it when nothing comes of it', async () => {
    strike('alone', { kind: 'slow-tokens', tokenMs: 300 });
    const outcome = await call('alone');
    expect(outcome.error).toBeUndefined();
    expect(outcome.bytes.toString()).toMatch(surface === 'openai-chat' ? /^: / : /^event: ping/);
    expect(outcome.headers.get('x-breakwater-channel')).toBe('pending');
    expect(outcome.bytes.toString()).toContain(`"x-breakwater-channel":"${own}-primary"`);
    strike('alone', { kind: 'cut', afterTokens: 2 });
    const failed = await call('alone');
    expect(failed.error).toBeDefined();
    expect(failed.text).toBe('');
  }, 60_000);
});
