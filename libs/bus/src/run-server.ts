import type { Control, Frame, RunRequest } from '#libs/contracts';
import type { Bus } from './connection.js';
import { encodeFrame } from './frame-codec.js';
import { answer } from './request.js';
import { decodeJson } from './json.js';
import { decodeRun } from './run-codec.js';
import { controlSubject, pingSubject, queues, subjects } from './subjects.js';

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
}

/** Takes calls from the dispatchers' queue, and controls of the calls it took. */
export function serveRuns(bus: Bus, dispatcher: string, handlers: RunHandlers): RunServer {
  const { nats } = bus;
  nats.subscribe(pingSubject(dispatcher), { callback: (_failure, message) => void message.respond() });
  nats.subscribe(controlSubject(dispatcher), {
    callback: (failure, message) => {
      if (!failure) handlers.control(decodeJson<Control>(message.data));
    },
  });
  const runs = nats.subscribe(subjects.run, {
    queue: queues.dispatch,
    callback: (failure, { data, reply }) => {
      if (failure || reply === undefined) return;
      handlers.run({ ...decodeRun(data), send: (frame) => nats.publish(reply, encodeFrame(frame)) });
    },
  });
  const present = answer(bus, subjects.dispatchPresent, queues.dispatch, () => true);
  return {
    drain: async () => {
      await present.drain();
      await runs.drain();
    },
  };
}
