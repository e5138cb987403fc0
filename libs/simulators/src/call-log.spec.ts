import { describe, expect, it } from '@jest/globals';
import { CallEntry } from './call-entry.js';
import { CallLog } from './call-log.js';

function entryOf(id: string, startedAt = 0): CallEntry {
  const request = { method: 'POST', url: '/', headers: {} };
  return new CallEntry({ id, channel: id.charAt(0), startedAt, connection: 1, request });
}

const idsOf = (log: CallLog): readonly string[] => log.list().map(({ id }) => id);

describe('CallLog', () => {
  it('drops the oldest calls beyond its number', () => {
    const log = new CallLog({ calls: 2, bytes: 1000 });
    for (const id of ['a', 'b', 'c']) log.add(entryOf(id));
    expect(idsOf(log)).toEqual(['b', 'c']);
  });

  it('drops the oldest calls beyond its bytes, counting both ways', () => {
    const log = new CallLog({ calls: 10, bytes: 100 });
    const [first, second] = [entryOf('a'), entryOf('b')];
    log.add(first);
    log.add(second);
    first.received(Buffer.alloc(60), { model: 'm' });
    expect(idsOf(log)).toEqual(['a', 'b']);
    second.bytesSent(Buffer.alloc(50), 1);
    expect(idsOf(log)).toEqual(['b']);
    first.bytesSent(Buffer.alloc(500), 1);
    expect(idsOf(log)).toEqual(['b']);
  });

  it('keeps the times of tokens and the longest silence between two', () => {
    const entry = entryOf('a');
    const token = { do: 'send', part: 'token', text: 'x' } as const;
    entry.headSent(200, {}, 1);
    for (const at of [5, 7, 20, 21]) entry.bytesSent(Buffer.from('x'), at, token);
    entry.bytesSent(Buffer.from('end'), 30);
    const times = { firstByteAt: 1, firstTokenAt: 5, lastTokenAt: 21, longestGapMs: 13, lastByteAt: 30 };
    expect(entry.record()).toMatchObject({ ...times, tokensSent: 4 });
  });

  it('selects by channel and time', () => {
    const log = new CallLog();
    log.add(entryOf('a1', 5));
    log.add(entryOf('a2', 9));
    log.add(entryOf('b1', 9));
    expect(log.list({ channel: 'a', since: 6 }).map(({ id }) => id)).toEqual(['a2']);
    log.clear();
    expect(log.list()).toEqual([]);
  });

  it('tells when a call comes to satisfy a condition, and when none does', async () => {
    const log = new CallLog();
    const entry = entryOf('a');
    log.add(entry);
    const waiting = log.waitFor(({ outcome }) => outcome === 'complete', new AbortController().signal);
    entry.finished('complete', 3);
    expect(await waiting).toMatchObject({ id: 'a', finishedAt: 3 });
    const patience = new AbortController();
    const hopeless = log.waitFor(() => false, patience.signal);
    patience.abort();
    await expect(hopeless).rejects.toThrow(/No call/);
  });
});
