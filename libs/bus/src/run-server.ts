import type { Msg } from '@nats-io/transport-node';
import type { Control, Frame, RunRequest } from '#libs/contracts';
import type { Bus } from './connection.js';
import { encodeFrame } from './frame-codec.js';
import { FrameConnections, type FrameSender } from './frame-connections.js';
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

/** Takes calls from the dispatchers' queue, and controls of the calls it took. */
export function serveRuns(bus: Bus, dispatcher: string, handlers: RunHandlers): RunServer {
  const connections = new FrameConnections(dispatcher);
  subscribe(bus, pingSubject(dispatcher), (message) => message.respond());
  subscribe(bus, controlSubject(dispatcher), (message) => handlers.control(decodeJson<Control>(message.data)));
  const takeRun = ({ data, reply }: Msg): void => {
    const run = decodeRun(data);
    if (run && reply) handlers.run({ ...run, send: sender(reply, run.request) });
  };
  const sender = (reply: string, { returnAddress }: RunRequest): IncomingRun['send'] => {
    const token = reply.slice(reply.lastIndexOf('.') + 1);
    const roundabout = (frame: Uint8Array): void => publish(bus, reply, frame);
    const send: FrameSender = returnAddress
      ? connections.towards({ address: returnAddress, token, roundabout })
      : roundabout;
    return (frame) => send(encodeFrame(frame), frame.type !== 'data');
  };
  const runs = subscribe(bus, subjects.run, takeRun, queues.dispatch);
  const present = answer(bus, subjects.dispatchPresent, queues.dispatch, () => true);
  return {
    drain: async () => {
      await present.drain();
      await runs.drain();
    },
    close: () => connections.close(),
  };
}
