import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Frame } from '#libs/contracts';
import { Inbox } from './bus.fixture.js';
import { encodeFrame } from './frame-codec.js';
import { runRequest, zeroSummary } from './frames.fixture.js';

import { listenForFrames, type DispatcherLink, type FrameListener } from './frame-listener.js';
import { IngressLinks, type FrameSender } from './ingress-links.js';
import { encodeJson } from './json.js';
import { encodeRecord } from './record-splitter.js';
import type { Run } from './run-codec.js';

let frames: Inbox<{ readonly token: string; readonly frame: Frame }>;
let gone: Inbox<string>;
let links: Inbox<DispatcherLink>;
let runs: Inbox<Run & { readonly send: FrameSender }>;
let listener: FrameListener;
let dispatcher: IngressLinks;
beforeEach(async () => {
  frames = new Inbox();
  gone = new Inbox();
  links = new Inbox();
  runs = new Inbox();
  // What a test's connections still say when they end is not the next test's.
  const [ofFrames, ofGone] = [frames, gone];
  listener = await listenForFrames('127.0.0.1', {
    frame: (token, frame) => ofFrames.take({ token, frame }),
    linked: links.take,
    gone: ({ dispatcher: name }) => ofGone.take(name),
  });
  dispatcher = new IngressLinks('d1', (run, send) => runs.take({ ...run, send }));
});
afterEach(() => {
  dispatcher.close();
  listener.close();
});

const data = (seq: number): Frame => ({ type: 'data', seq, bytes: Buffer.from(`frame ${seq}`) });

function send(token: string, seq: number, address = listener.address): Promise<'roundabout' | 'direct'> {
  return new Promise((resolve) => {
    const roundabout = (): void => resolve('roundabout');
    dispatcher.towards({ address, token, roundabout })(
      seq % 2 === 0 ? data(seq) : { type: 'end', seq, summary: zeroSummary },
    );
    void frames.count(seq + 1).then(() => resolve('direct'));
  });
}

describe('a direct way for frames', () => {
  it('brings every frame, in order, to the call it is of', async () => {
    for (let seq = 0; seq < 500; seq += 1) void send(`call-${seq % 3}`, seq);
    const got = await frames.count(500);
    expect(got.map(({ frame }) => frame.seq)).toEqual(Array.from({ length: 500 }, (_, seq) => seq));
    expect(got.every(({ token, frame }) => token === `call-${frame.seq % 3}`)).toBe(true);
  });

  it('says who is gone when a connection ends', async () => {
    await send('call', 0);
    dispatcher.close();
    expect(await gone.count(1)).toEqual(['d1']);
  });

  it('goes round where nobody listens, and stays there for a while', async () => {
    const address = { ...listener.address, secret: 'of another ingress' };
    listener.close();
    expect(await send('call', 0, address)).toBe('roundabout');
    expect(await send('call', 1, address)).toBe('roundabout');
  });

  it('is the shorter one for who is on the same host', async () => {
    const nobodys = 1;
    expect(await send('call', 0, { ...listener.address, port: nobodys })).toBe('direct');
  });

  it('is the longer one where the shorter one leads nowhere', async () => {
    const address = { ...listener.address, local: '\0of-another-host' };
    expect(await send('call', 0, address)).toBe('direct');
    expect(await send('call', 1, address)).toBe('direct');
    expect(links.items).toHaveLength(1);
  });

  it('is not looked for any more by one that closes', async () => {
    const lost = send('call', 0, { ...listener.address, local: '\0of-another-host' });
    dispatcher.close();
    expect(await lost).toBe('roundabout');
    expect(links.items).toEqual([]);
  });

  it('hears nobody who does not know the secret', async () => {
    const { host, port } = listener.address;
    const stranger = connect(port, host);
    stranger.on('error', () => undefined);
    stranger.write(encodeRecord([encodeJson({ secret: 'guess', dispatcher: 'd9' })]));
    stranger.write(encodeRecord([Buffer.of(4), Buffer.from('call'), encodeFrame(data(0))]));
    await once(stranger, 'close');
    expect([frames.items, gone.items]).toEqual([[], []]);
  });
});

describe('a direct way for calls', () => {
  const connected = async (): Promise<DispatcherLink> => {
    dispatcher.connect(listener.address);
    const [link] = await links.count(1);
    if (!link) throw new Error('not linked');
    return link;
  };

  it('brings request and body as they were, whatever their size, and frames back', async () => {
    const link = await connected();
    expect(link).toMatchObject({ dispatcher: 'd1', draining: false });
    const bodies = [0, 1, 16 * 1024 - 1, 16 * 1024, 400_000, 3_000_000].map((size) => randomBytes(size));
    for (const [at, body] of bodies.entries()) link.hand(`call-${at}`, runRequest({ epoch: at }), body);
    const got = await runs.count(bodies.length);
    expect(got.map(({ request }) => request)).toEqual(bodies.map((_, epoch) => runRequest({ epoch })));
    expect(got.every(({ body }, at) => Buffer.compare(body, bodies[at] ?? Buffer.of(1)) === 0)).toBe(true);
    for (const [at, { send }] of got.entries()) send(data(at));
    const heard = await frames.count(bodies.length);
    expect(heard.map(({ token }) => token)).toEqual(bodies.map((_, at) => `call-${at}`));
  });

  it('connects once, however often it hears of an ingress', async () => {
    for (let n = 0; n < 3; n += 1) dispatcher.connect(listener.address);
    await send('call', 0);
    expect(links.items).toHaveLength(1);
  });

  it('brings the calls on their way to one that drains, and connects it to nobody any more', async () => {
    const link = await connected();
    for (let n = 0; n < 20; n += 1) link.hand(`call-${n}`, runRequest(), randomBytes(100_000));
    await dispatcher.drain();
    expect(link.draining).toBe(true);
    expect(runs.items).toHaveLength(20);
    dispatcher.connect({ ...listener.address, secret: 'of another ingress' });
    runs.items[0]?.send(data(0));
    await frames.count(1);
    expect(links.items).toHaveLength(1);
  });

  it('is no way for calls where it comes to stand only while its dispatcher drains', async () => {
    const sent = send('call', 0);
    await dispatcher.drain();
    expect(await sent).toBe('direct');
    const [link] = await links.count(1);
    while (!link?.draining) await turn();
  });

  it('survives a call that cannot be taken', async () => {
    const taken = new Inbox<string>();
    const strict = new IngressLinks('d2', ({ request }) => {
      taken.take(request.requestId);
      if (request.requestId === 'bad') throw new Error('a run that cannot be taken');
    });
    strict.connect(listener.address);
    const [link] = await links.count(1);
    for (const requestId of ['bad', 'good']) link?.hand(requestId, runRequest({ requestId }), new Uint8Array());
    expect(await taken.count(2)).toEqual(['bad', 'good']);
    strict.close();
  });
});
