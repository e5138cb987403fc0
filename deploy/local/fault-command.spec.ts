import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { faultKindNames, startSimulator, type Simulator } from '#libs/simulators';
import { parseFaultCommand } from './fault-command.js';
import { runFaultCommand } from './fault-control.js';

const words = (line: string): readonly string[] => line.split(' ').filter(Boolean);

describe('parseFaultCommand', () => {
  it.each([
    ['', { kind: 'usage' }],
    ['help', { kind: 'usage' }],
    ['list', { kind: 'list' }],
    ['a off', { kind: 'clear', channel: 'a' }],
    ['all off', { kind: 'clear' }],
    ['all hang', { kind: 'set', fault: { channel: '*', kind: 'hang' } }],
    [
      'a rate-limit --percent 50 --duration 30s --seed 7 --model m --retry-after 10 --no-stream',
      {
        kind: 'set',
        fault: {
          channel: 'a',
          kind: 'rate-limit',
          percent: 50,
          durationMs: 30_000,
          seed: 7,
          model: 'm',
          retryAfterSeconds: 10,
          stream: false,
        },
      },
    ],
    [
      'a cut --after-tokens 5 --mode rst',
      { kind: 'set', fault: { channel: 'a', kind: 'cut', afterTokens: 5, mode: 'rst' } },
    ],
    ['a latency --delay 1.5s', { kind: 'set', fault: { channel: 'a', kind: 'latency', delayMs: 1500 } }],
    ['a slow-tokens --token-delay 20ms', { kind: 'set', fault: { channel: 'a', kind: 'slow-tokens', tokenMs: 20 } }],
  ])('reads "%s"', (line, command) => {
    expect(parseFaultCommand(words(line))).toEqual(command);
  });
});

describe('the fault command', () => {
  let simulator: Simulator;
  const run = (line: string) => runFaultCommand(words(line), simulator.url);

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, channels: [{ id: 'a', family: 'openai' }] });
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
    ['b hang', 1, /`channel`.*one of a/],
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
