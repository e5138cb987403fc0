import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { faultKindNames, startSimulator, type Simulator } from '#libs/simulators';
import { parseFaultCommand } from './fault-command.js';
import { runFaultCommand } from './fault-control.js';

const words = (line: string): readonly string[] => line.split(' ').filter(Boolean);

describe('parseFaultCommand', () => {
  it.each([
    ['', { kind: 'usage' }],
    ['help', { kind: 'usage' }],
    ['--help', { kind: 'usage' }],
    ['list', { kind: 'list' }],
    ['a off', { kind: 'clear', channel: 'a' }],
    ['all off', { kind: 'clear' }],
    ['a,b off', { kind: 'clear', channel: 'a,b' }],
    ['all hang', { kind: 'set', faults: [{ channel: '*', kind: 'hang' }] }],
    [
      'a,b overloaded --duration 30s --stagger 10s --onset 1m --period 2s --sticky prompt --min-prompt 8000',
      {
        kind: 'set',
        faults: ['a', 'b'].map((channel, index) => ({
          channel,
          kind: 'overloaded',
          durationMs: 30_000 + index * 10_000,
          onsetMs: 60_000,
          periodMs: 2000,
          sticky: 'prompt',
          minPromptTokens: 8000,
        })),
      },
    ],
    ['a status major_outage', { kind: 'status', published: [{ channel: 'a', status: 'major_outage' }] }],
    ['door side refuse', { kind: 'door', door: { id: 'side', mode: 'refuse' } }],
    [
      'a rate-limit --percent 50 --duration 30s --seed 7 --model m --retry-after 10 --no-stream',
      {
        kind: 'set',
        faults: [
          {
            channel: 'a',
            kind: 'rate-limit',
            percent: 50,
            durationMs: 30_000,
            seed: 7,
            model: 'm',
            retryAfterSeconds: 10,
            stream: false,
          },
        ],
      },
    ],
    [
      'a cut --after-tokens 5 --mode rst',
      { kind: 'set', faults: [{ channel: 'a', kind: 'cut', afterTokens: 5, mode: 'rst' }] },
    ],
    ['a latency --delay 1.5s', { kind: 'set', faults: [{ channel: 'a', kind: 'latency', delayMs: 1500 }] }],
    ['a slow-tokens --token-delay 20ms', { kind: 'set', faults: [{ channel: 'a', kind: 'slow-tokens', tokenMs: 20 }] }],
  ])('reads "%s"', (line, command) => {
    expect(parseFaultCommand(words(line))).toEqual(command);
  });
});

describe('the fault command', () => {
  let simulator: Simulator;
  const run = (line: string) => runFaultCommand(words(line), simulator.url);

  beforeAll(async () => {
    const channels = ['a', 'b'].map((id) => ({ id, family: 'openai' as const }));
    simulator = await startSimulator({ port: 0, channels });
  });
  afterEach(() => simulator.clearFaults());
  afterAll(() => simulator.close());

  it('breaks a channel, shows it, and mends it', async () => {
    const set = await run('a overloaded --percent 50 --duration 60s');
    expect(set).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/^a {2}overloaded {2}50 % {2}until .*struck 0 of 0/),
    });
    expect(simulator.faults()).toMatchObject([{ channel: 'a', kind: 'overloaded', percent: 50, durationMs: 60_000 }]);
    expect((await run('list')).text).toContain('overloaded');
    expect(await run('a off')).toEqual({ exitCode: 0, text: 'No faults: all simulated channels are well.' });
    expect(simulator.faults()).toEqual([]);
  });

  it('breaks several channels with one command, or none of them', async () => {
    expect((await run('a,b overloaded')).text.split('\n')).toHaveLength(2);
    expect(simulator.faults()).toMatchObject([{ channel: 'a' }, { channel: 'b' }]);
    expect(simulator.faults()[0]?.startedAt).toBe(simulator.faults()[1]?.startedAt);
    expect((await run('a,b off')).exitCode).toBe(0);
    expect((await run('a,nowhere hang')).exitCode).toBe(1);
    expect(simulator.faults()).toEqual([]);
  });

  it('publishes a status, and turns a door', async () => {
    expect((await run('a,b status major_outage')).text).toBe('a  status major_outage\nb  status major_outage');
    expect((await run('a off')).text).toBe('b  status major_outage');
    expect((await run('list')).text).toBe('b  status major_outage');
    expect((await run('all off')).text).toContain('all simulated channels are well');
    expect((await run('a status fine')).text).toMatch(/`status`.*major_outage/);
    expect((await run('door side refuse')).text).toMatch(/^door side {2}refuse {2}http:\/\/127\.0\.0\.1:\d+$/);
    expect((await run('list')).text).toContain('door side  refuse');
    expect((await run('door side ajar')).text).toMatch(/`mode`.*black-hole/);
    await run('door side open');
  });

  it('explains every kind', async () => {
    const { text } = await run('');
    for (const kind of faultKindNames) expect(text).toContain(`  ${kind} `);
  });

  it.each([
    ['a', 2, /'off'/],
    ['a hang now', 2, /'now' is too much/],
    ['a hang --speed 3', 2, /--speed/],
    ['a hang --percent half', 2, /--percent is 'half'/],
    ['a hang --duration soon', 2, /like 500ms/],
    ['c hang', 1, /`channel`.*one of a/],
    ['a hang --stagger 5s', 2, /--duration/],
    ['a fire', 1, /`kind`.*one of rate-limit/],
    ['a hang --percent 200', 1, /at most 100/],
  ])('refuses "%s"', async (line, exitCode, message) => {
    expect(await run(line)).toEqual({ exitCode, text: expect.stringMatching(message) });
  });

  it('says when no simulator is there, or its address is none', async () => {
    const gone = await startSimulator({ port: 0, channels: [{ id: 'a', family: 'openai' }] });
    await gone.close();
    expect(await runFaultCommand(['list'], gone.url)).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('No simulator answers at'),
    });
    expect(await runFaultCommand(['list'], 'here')).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('give a URL like'),
    });
  });
});
