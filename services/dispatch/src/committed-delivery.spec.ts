import { describe, expect, it } from '@jest/globals';
import { translatorFor } from '#libs/providers';
import { StreamReader } from './answer-readers.js';
import { CommittedDelivery, KEEP_ALIVE_MS } from './committed-delivery.js';
import { CommittedSink, MAX_HELD_BYTES } from './committed-sink.js';
import { HeldMemory } from './held-memory.js';
import { finish, role, token } from './provider.fixture.js';

const keepAlive = ': keep-alive\n\n';

/** A caller's side and a clock, both in the spec's hands. */
class World {
  /** What the caller got, in order. */
  readonly said: string[] = [];
  readonly told: string[] = [];
  readonly cancel = new AbortController();
  readonly memory: HeldMemory;
  readonly delivery: CommittedDelivery;
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

  constructor(limit = 2 * MAX_HELD_BYTES) {
    this.memory = new HeldMemory(limit);
    this.delivery = new CommittedDelivery({
      channel: this.channel,
      sendHead: () => void this.said.push('HEAD'),
      keepAlive: Buffer.from(keepAlive),
      after: (ms, run) => {
        const timer = { at: this.now + ms, run };
        this.timers.add(timer);
        return () => void this.timers.delete(timer);
      },
    });
  }

  sink(): CommittedSink {
    return new CommittedSink(this.memory, {
      content: () => void this.told.push('content'),
      tooLong: () => void this.told.push('too long'),
      noRoom: (error) => void this.told.push(error.code),
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

  /** One attempt's stream, as the dispatcher reads it, and its held end. */
  attempt(...events: readonly string[]): { readonly sink: CommittedSink; readonly end: Uint8Array } {
    const body = Buffer.from('{"model":"fast","stream":true}');
    const fields = { model: [9, 15], stream: [25, 29] } as const;
    const wire = {
      provider: 'openai',
      providerModel: 'gpt-5',
      maxOutputTokens: 1,
      servedAs: [],
      checkServed: false,
    } as const;
    const exchange = translatorFor('openai-chat', 'openai')({ bytes: body, fields, stream: true, forward: {} }, wire);
    const sink = this.sink();
    const reader = new StreamReader(exchange.stream(), sink, true);
    const verdicts = events.map((event) => reader.push(Buffer.from(event)).verdict);
    return { sink, end: verdicts.find((verdict) => verdict)?.bytes ?? Buffer.from('') };
  }

  release(sink: CommittedSink, end: Uint8Array = Buffer.from('')): Promise<void> {
    return this.delivery.release(sink, end, this.cancel.signal);
  }
}

/** Several pieces, each of them worth a batch. */
function threePieces(world: World): CommittedSink {
  const sink = world.sink();
  for (let n = 0; n < 3; n += 1) sink.write(Buffer.alloc(64 * 1024, 'x'));
  return sink;
}

describe('a stream that is held until it is whole', () => {
  it('is then given whole, with nothing of the attempts that failed', async () => {
    const world = new World();
    const failed = world.attempt(role, token('Never'), token(' seen'));
    expect(failed.sink.committed).toBe(false);
    failed.sink.drop();
    const { sink, end } = world.attempt(role, token('Hel'), ': a comment\n\n', token('lo'), finish);
    expect(world.said).toEqual([]);
    expect(world.told).toEqual(['content', 'content']);
    expect(world.memory.held).toBeGreaterThan(0);
    await world.release(sink, end);
    expect(world.said.join('')).toBe(`${role}${token('Hel')}: a comment\n\n${token('lo')}${finish}`);
    expect([world.memory.held, world.waits, world.delivery.waiting]).toEqual([0, false, false]);
  });

  it('keeps a caller waiting from its fifth second on, over all attempts, until the answer', async () => {
    const world = new World();
    world.pass(KEEP_ALIVE_MS - 1);
    expect([world.said, world.delivery.waiting]).toEqual([[], false]);
    world.pass(1);
    expect([world.said, world.delivery.waiting]).toEqual([['HEAD', keepAlive], true]);
    world.attempt(role, token('Never')).sink.drop();
    world.pass(2 * KEEP_ALIVE_MS);
    const { sink, end } = world.attempt(role, token('Hello'), finish);
    world.pass(KEEP_ALIVE_MS);
    await world.release(sink, end);
    world.pass(10 * KEEP_ALIVE_MS);
    expect(world.said).toEqual(['HEAD', keepAlive, keepAlive, keepAlive, keepAlive, role + token('Hello') + finish]);
  });

  it('keeps nobody waiting where the call ends otherwise', () => {
    const world = new World();
    world.delivery.close();
    world.pass(10 * KEEP_ALIVE_MS);
    expect([world.said, world.waits]).toEqual([[], false]);
  });

  it('is given no faster than its caller takes it', async () => {
    const world = new World();
    world.channel.open = false;
    const released = world.release(threePieces(world));
    for (let n = 1; n <= 3; n += 1) {
      expect(world.said).toHaveLength(n);
      world.channel.onDrain?.();
      await new Promise(setImmediate);
    }
    await released;
    expect(world.said.join('')).toBe('x'.repeat(3 * 64 * 1024));
  });

  it('is forgotten where its caller leaves in the middle', async () => {
    const world = new World();
    world.channel.open = false;
    const released = world.release(threePieces(world));
    world.cancel.abort();
    await released;
    expect([world.said.length, world.memory.held, world.channel.onDrain]).toEqual([1, 0, undefined]);
  });
});

describe('what is held', () => {
  it('is bounded for one answer', () => {
    const world = new World();
    const sink = world.sink();
    sink.write(Buffer.alloc(MAX_HELD_BYTES));
    expect(world.told).toEqual([]);
    sink.write(Buffer.from('x'));
    sink.write(Buffer.from('said once'));
    expect(world.told).toEqual(['too long']);
    expect([world.memory.held, sink.pieces]).toEqual([0, []]);
  });

  it('is bounded for all answers together', () => {
    const world = new World(100);
    const [first, second] = [world.sink(), world.sink()];
    first.write(Buffer.alloc(60));
    second.write(Buffer.alloc(40));
    expect(world.told).toEqual([]);
    second.write(Buffer.alloc(1));
    expect(world.told).toEqual(['overloaded']);
    expect(world.memory.held).toBe(60);
    first.drop();
    world.sink().write(Buffer.alloc(100));
    expect(world.memory.held).toBe(100);
  });
});
