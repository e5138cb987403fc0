import type { Msg } from '@nats-io/transport-node';
import type { Control, Frame, ReturnAddress, RunRequest } from '#libs/contracts';
import type { Bus } from './connection.js';
import { encodeFrame } from './frame-codec.js';
import { IngressLinks } from './ingress-links.js';
import { answer } from './request.js';
import { decodeJson } from './json.js';
import { publish } from './publish.js';
import { decodeRun } from './run-codec.js';
import { controlSubject, pingSubject, queues, subjects } from './subjects.js';
import { subscribe } from './subscribe.js';

/** One call handed to this dispatcher, and the way back. */
export interface IncomingRun {
  readonly request: RunRequest;
  /** Empty where the request holds a claim. */
  readonly body: Uint8Array;
  readonly send: (frame: Frame) => void;
}

export interface RunHandlers {
  readonly run: (incoming: IncomingRun) => void;
  readonly control: (control: Control) => void;
}

export interface RunServer {
  /** Takes no more calls; controls and pings go on for those under way. */
  drain(): Promise<void>;
  /** When no call is under way any more. */
  close(): void;
}

/** Takes calls from the ingresses directly and from the dispatchers' queue, and controls of the calls it took. */
export function serveRuns(bus: Bus, dispatcher: string, handlers: RunHandlers): RunServer {
  const links = new IngressLinks(dispatcher, (run, send) => handlers.run({ ...run, send }));
  subscribe(bus, pingSubject(dispatcher), (message) => message.respond());
  subscribe(bus, controlSubject(dispatcher), (message) => handlers.control(decodeJson<Control>(message.data)));
  const takeRun = ({ data, reply }: Msg): void => {
    const run = decodeRun(data);
    if (run && reply) handlers.run({ ...run, send: sender(reply, run.request) });
  };
  const sender = (reply: string, { returnAddress }: RunRequest): IncomingRun['send'] => {
    const token = reply.slice(reply.lastIndexOf('.') + 1);
    const roundabout = (frame: Frame): void => publish(bus, reply, encodeFrame(frame));
    return returnAddress ? links.towards({ address: returnAddress, token, roundabout }) : roundabout;
  };
  const runs = subscribe(bus, subjects.run, takeRun, queues.dispatch);
  const announced = subscribe(bus, subjects.ingressHere, ({ data }) => links.connect(decodeJson<ReturnAddress>(data)));
  // It would get no call before it is connected, where others are.
  publish(bus, subjects.dispatcherHere, new Uint8Array());
  const present = answer(bus, subjects.dispatchPresent, queues.dispatch, () => true);
  return {
    drain: async () => {
      await Promise.all([present.drain(), announced.drain()]);
      await Promise.all([runs.drain(), links.drain()]);
    },
    close: () => links.close(),
  };
}
