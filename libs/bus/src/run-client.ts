import { createInbox, RequestError, type Msg } from '@nats-io/transport-node';
import type { Control, Frame, ReturnAddress, RunRequest } from '#libs/contracts';
import { stoodStill, systemClock } from '#libs/kernel';
import type { Bus } from './connection.js';
import { decodeFrame } from './frame-codec.js';
import { encodeJson } from './json.js';
import { publish } from './publish.js';
import { encodeRun } from './run-codec.js';
import { controlSubject, pingSubject, subjects } from './subjects.js';
import { subscribe } from './subscribe.js';

/** What comes back for one hand-over, named by its token. */
export interface RunListener {
  readonly frame: (token: string, frame: Frame) => void;
  /** No dispatcher is subscribed: nobody has the call. */
  readonly nobody: (token: string) => void;
}

type Pulse = 'alive' | 'gone' | 'silent';

export interface RunClient {
  /** Hands a call to some dispatcher through the broker; the token has letters, digits and `-` only. */
  hand(token: string, request: RunRequest, body: Uint8Array): void;
  control(dispatcher: string, control: Control): void;
  /** Tells every dispatcher where it may connect to, again and again, and whoever comes at once. @returns stops it */
  announce(address: ReturnAddress): () => void;
  /** `gone`: not connected to the broker any more. `silent`: no answer in time, dead or frozen. */
  ping(dispatcher: string, withinMs: number): Promise<Pulse>;
}

const NO_RESPONDERS = 503;
const ANNOUNCE_EVERY_MS = 1000;

/** One inbox for all calls of this process: a subscription a call would cost more than the call's own messages. */
export function openRunClient(bus: Bus, listener: RunListener): RunClient {
  const inbox = createInbox();
  subscribe(bus, `${inbox}.*`, (message) => receive(message, inbox, listener));
  return {
    hand: (token, request, body) =>
      publish(bus, subjects.run, encodeRun(request, body), { reply: `${inbox}.${token}` }),
    control: (dispatcher, control) => publish(bus, controlSubject(dispatcher), encodeJson(control)),
    announce: (address) => {
      const tell = (): void => publish(bus, subjects.ingressHere, encodeJson(address));
      const newcomers = subscribe(bus, subjects.dispatcherHere, tell);
      const timer = setInterval(tell, ANNOUNCE_EVERY_MS);
      tell();
      return () => {
        clearInterval(timer);
        newcomers.unsubscribe();
      };
    },
    ping: async (dispatcher, withinMs) => {
      const dueAt = systemClock.monotonic() + withinMs;
      const state = await ping(bus, dispatcher, withinMs);
      // An answer could not come in meanwhile, and may not have been sent: whole machines are paused.
      return state === 'silent' && stoodStill(dueAt) ? ping(bus, dispatcher, withinMs) : state;
    },
  };
}

async function ping({ nats }: Bus, dispatcher: string, withinMs: number): Promise<Pulse> {
  try {
    await nats.request(pingSubject(dispatcher), undefined, { timeout: withinMs });
    return 'alive';
  } catch (error) {
    return error instanceof RequestError && error.isNoResponders() ? 'gone' : 'silent';
  }
}

function receive(message: Msg, inbox: string, listener: RunListener): void {
  const token = message.subject.slice(inbox.length + 1);
  if (message.data.byteLength === 0 && message.headers?.code === NO_RESPONDERS) {
    listener.nobody(token);
    return;
  }
  const frame = decodeFrame(message.data);
  if (frame) listener.frame(token, frame);
}
