import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Inbox, startBroker, type TestBroker } from './bus.fixture.js';
import type { Bus } from './connection.js';
import { consume } from './consume.js';
import { publishDeadLetter, replayDeadLetters } from './dead-letter.js';
import { consumers, declareStreams } from './streams.js';

let broker: TestBroker;
let bus: Bus;
beforeAll(async () => {
  broker = await startBroker();
  bus = await broker.connect();
  await declareStreams(bus);
});
afterAll(() => broker.stop());

describe('dead letters', () => {
  it('are nothing to replay while there are none', async () => {
    expect(await replayDeadLetters(bus)).toEqual({ replayed: 0, left: 0 });
  });

  it('go to their consumer once more, byte for byte, and those of another stay', async () => {
    const seen = new Inbox<string>();
    const payloads = ['{"a":1}', 'not json ☔', ''];
    for (const payload of payloads) await publishDeadLetter(bus, 'metering', Buffer.from(payload), 'too new');
    await publishDeadLetter(bus, 'auditing', Buffer.from('other'), 'too new');
    expect(await replayDeadLetters(bus)).toEqual({ replayed: 3, left: 1 });
    const reading = await consume(bus, consumers.ledger, async (batch) => {
      for (const bytes of batch) seen.take(Buffer.from(bytes).toString());
    });
    expect(await seen.count(3)).toEqual(payloads);
    await reading.stop();
    expect(await replayDeadLetters(bus)).toEqual({ replayed: 0, left: 1 });
  });

  it('that are refused again come back as new ones, without end to no replay', async () => {
    const refused = new Inbox<string>();
    const reading = await consume(bus, consumers.ledger, async (batch) => {
      for (const bytes of batch) {
        await publishDeadLetter(bus, 'metering', bytes, 'still too new');
        refused.take(Buffer.from(bytes).toString());
      }
    });
    await publishDeadLetter(bus, 'metering', Buffer.from('stubborn'), 'too new');
    expect(await replayDeadLetters(bus)).toEqual({ replayed: 1, left: 1 });
    expect(await refused.count(1)).toEqual(['stubborn']);
    await reading.stop();
    expect(await replayDeadLetters(bus)).toEqual({ replayed: 1, left: 1 });
  });
});
