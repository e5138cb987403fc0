import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Frame } from '#libs/contracts';
import { Inbox } from './bus.fixture.js';
import { encodeFrame } from './frame-codec.js';
import { FrameConnections } from './frame-connections.js';
import { listenForFrames, type FrameListener } from './frame-listener.js';
import { encodeJson } from './json.js';
import { encodeRecord } from './record-splitter.js';

let frames: Inbox<{ readonly token: string; readonly frame: Frame }>;
let gone: Inbox<string>;
let listener: FrameListener;
let dispatcher: FrameConnections;
beforeEach(async () => {
  frames = new Inbox();
  gone = new Inbox();
  listener = await listenForFrames('127.0.0.1', {
    frame: (token, frame) => frames.take({ token, frame }),
    gone: gone.take,
  });
  dispatcher = new FrameConnections('d1');
});
afterEach(() => {
  dispatcher.close();
  listener.close();
});

const data = (seq: number): Frame => ({ type: 'data', seq, bytes: Buffer.from(`frame ${seq}`) });

function send(token: string, seq: number, address = listener.address): Promise<'roundabout' | 'direct'> {
  return new Promise((resolve) => {
    const roundabout = (): void => resolve('roundabout');
    dispatcher.towards({ address, token, roundabout })(encodeFrame(data(seq)), seq % 2 === 0);
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
