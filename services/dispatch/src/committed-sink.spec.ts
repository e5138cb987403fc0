import { describe, expect, it } from '@jest/globals';
import { translatorFor } from '#libs/providers';
import { StreamReader } from './answer-readers.js';
import { CommittedSink, KEEP_ALIVE_MS, MAX_HELD_BYTES } from './committed-sink.js';
import { HeldMemory } from './held-memory.js';
import { finish, role, token } from './provider.fixture.js';

/** A caller's side and a clock, both in the spec's hands. */
class World {
  /** What the caller got, in order. */
  readonly said: string[] = [];
  readonly exceeded: string[] = [];
  readonly cancel = new AbortController();
  readonly memory: HeldMemory;
  readonly sink: CommittedSink;
  readonly channel = {
    open: true,
    onDrain: undefined as (() => void) | undefined,
    data: (bytes: Uint8Array): boolean => {
      this.said.push(Buffer.from(bytes).toString());
      return this.channel.open;
    },
  };
  private readonly timers = new Set<{ readonly at: number; readonly run: () => void }>();
  private now = 0;

  constructor(limit = 1024 * 1024 * 1024) {
    this.memory = new HeldMemory(limit);
    this.sink = new CommittedSink({
      channel: this.channel,
      sendHead: () => void this.said.push('HEAD'),
      keepAlive: Buffer.from(': keep-alive\n\n'),
      after: (ms, run) => {
        const timer = { at: this.now + ms, run };
        this.timers.add(timer);
        return () => void this.timers.delete(timer);
      },
      memory: this.memory,
      tooLong: () => void this.exceeded.push('too long'),
      noRoom: (error) => void this.exceeded.push(error.code),
    });
  }

  get waits(): boolean {
    return this.timers.size > 0;
  }

  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const [due] = [...this.timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (!due) break;
      this.timers.delete(due);
      this.now = due.at;
      due.run();
    }
    this.now = until;
  }

  /** One attempt's stream, as the dispatcher reads it; gives the held end. */
  attempt(...events: readonly string[]): Uint8Array | undefined {
    const body = Buffer.from('{"model":"fast","stream":true}');
    const fields = { model: [9, 15], stream: [25, 29] } as const;
    const wire = { provider: 'openai', providerModel: 'gpt-5', maxOutputTokens: 1 } as const;
    const exchange = translatorFor('openai-chat', 'openai')({ bytes: body, fields, stream: true, forward: {} }, wire);
    const reader = new StreamReader(exchange.stream(), this.sink, { 'content-type': 'text/event-stream' });
    return events.map((event) => reader.push(Buffer.from(event)).verdict).find((verdict) => verdict)?.bytes;
  }

  release(end: Uint8Array = Buffer.from('')): Promise<void> {
    return this.sink.release(end, this.cancel.signal);
  }
}

const keepAlive = ': keep-alive\n\n';

describe('a stream that is held until it is whole', () => {
  it('is then given whole, with nothing of the attempts that failed', async () => {
    const world = new World();
    world.attempt(role, token('Never'), token(' seen'));
    expect(world.sink.committed).toBe(false);
    world.sink.drop();
    const end = world.attempt(role, token('Hel'), ': a comment\n\n', token('lo'), finish);
    expect(world.said).toEqual([]);
    expect(world.memory.held).toBeGreaterThan(0);
    await world.release(end);
    expect(world.said.join('')).toBe(`${role}${token('Hel')}: a comment\n\n${token('lo')}${finish}`);
    expect([world.memory.held, world.waits, world.sink.waiting]).toEqual([0, false, false]);
  });

  it('keeps a caller waiting from its fifth second on, over all attempts, until the answer', async () => {
    const world = new World();
    world.pass(KEEP_ALIVE_MS - 1);
    expect([world.said, world.sink.waiting]).toEqual([[], false]);
    world.pass(1);
    expect([world.said, world.sink.waiting]).toEqual([['HEAD', keepAlive], true]);
    world.attempt(role, token('Never'));
    world.sink.drop();
    world.pass(2 * KEEP_ALIVE_MS);
    world.attempt(role, token('Hello'));
    world.pass(KEEP_ALIVE_MS);
    await world.release(Buffer.from(finish));
    world.pass(10 * KEEP_ALIVE_MS);
    expect(world.said).toEqual(['HEAD', keepAlive, keepAlive, keepAlive, keepAlive, role + token('Hello') + finish]);
  });

  it('says no more, and holds nothing, where the call ends otherwise', () => {
    const world = new World();
    world.attempt(role, token('Hello'));
    world.sink.close();
    world.pass(10 * KEEP_ALIVE_MS);
    expect([world.said, world.memory.held, world.waits]).toEqual([[], 0, false]);
  });

  it('is given no faster than its caller takes it', async () => {
    const world = new World();
    const piece = 'x'.repeat(64 * 1024);
    for (let n = 0; n < 3; n += 1) world.sink.write(Buffer.from(piece));
    world.channel.open = false;
    const released = world.release();
    for (let n = 1; n <= 3; n += 1) {
      expect(world.said).toHaveLength(n);
      world.channel.onDrain?.();
      await new Promise(setImmediate);
    }
    await released;
    expect(world.said.join('')).toHaveLength(3 * piece.length);
  });

  it('is forgotten where its caller leaves in the middle', async () => {
    const world = new World();
    for (let n = 0; n < 3; n += 1) world.sink.write(Buffer.alloc(64 * 1024));
    world.channel.open = false;
    const released = world.release();
    world.cancel.abort();
    await released;
    expect([world.said.length, world.memory.held, world.channel.onDrain]).toEqual([1, 0, undefined]);
  });
});

describe('what is held', () => {
  it('is bounded for one call, and each attempt has all of the room', () => {
    const world = new World();
    const half = Buffer.alloc(MAX_HELD_BYTES / 2);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      world.sink.write(half);
      world.sink.write(half);
      expect(world.exceeded).toHaveLength(attempt - 1);
      world.sink.write(Buffer.from('x'));
      world.sink.write(Buffer.from('said once'));
      expect(world.exceeded).toHaveLength(attempt);
      expect(world.memory.held).toBe(0);
      world.sink.drop();
    }
    expect(world.exceeded).toEqual(['too long', 'too long']);
  });

  it('is bounded for all calls together', () => {
    const world = new World(100);
    expect(world.memory.take(60)).toBe(true);
    world.sink.write(Buffer.alloc(40));
    expect(world.exceeded).toEqual([]);
    world.sink.write(Buffer.alloc(1));
    expect(world.exceeded).toEqual(['overloaded']);
    expect(world.memory.held).toBe(60);
    world.memory.give(60);
    world.sink.drop();
    world.sink.write(Buffer.alloc(100));
    expect(world.memory.held).toBe(100);
  });
});
