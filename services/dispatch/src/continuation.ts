import type { Target } from '#libs/contracts';
import { AnswerTrail, continuationBody, StreamSplicer } from '#libs/continuation';
import type { CallBody } from '#libs/providers';
import type { StreamSink } from './answer-readers.js';
import type { Call } from './call.js';
import type { CallerChannel } from './committed-delivery.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';

interface Continued {
  readonly reply: Pick<CallerChannel, 'data' | 'onDrain'>;
}

/** The trail of a call that may be gone on with; `undefined` where its route, or its mode, has no use for one. */
export function trailFor({ request }: Pick<Call, 'request'>): AnswerTrail | undefined {
  const { plan, stream, surface } = request;
  return stream && plan.conduct.delivery === 'continued' ? new AnswerTrail(surface) : undefined;
}

/** Whether a target may go on with the answer that the trail knows. */
export function mayGoOn(trail: AnswerTrail, target: Pick<Target, 'acceptsContinuation'>): boolean {
  return target.acceptsContinuation && trail.canContinue();
}

/** The caller's request, with what was delivered at its end once something was: a translator takes it from here. */
export function bodyFor({ request, body: bytes, trail }: Pick<Call, 'request' | 'body' | 'trail'>): CallBody {
  const { surface, fields, stream, forward } = request;
  const body = { bytes, fields, stream, forward };
  return trail?.state.begun ? continuationBody(surface, body, trail.text) : body;
}

/** Where a target's stream goes that goes on. `giveUp` is called where it gives another answer instead: its attempt is to end. */
export function continuationSink(
  { model, channel }: Pick<ResolvedTarget, 'model' | 'channel'>,
  call: Continued,
  trail: AnswerTrail,
  giveUp: () => void,
): ContinuationSink {
  const splicer = new StreamSplicer(trail, { model: model.id, channel: channel.id });
  return new ContinuationSink({ trail, splicer, channel: call.reply, giveUp });
}

/** Passes a stream on and remembers it. */
export class TrailedSink implements StreamSink {
  constructor(
    private readonly sink: StreamSink,
    private readonly trail: AnswerTrail,
  ) {}

  get committed(): boolean {
    return this.sink.committed;
  }

  get onDrain(): (() => void) | undefined {
    return this.sink.onDrain;
  }

  set onDrain(callback: (() => void) | undefined) {
    this.sink.onDrain = callback;
  }

  commit(servedVersion: string | undefined): void {
    this.sink.commit(servedVersion);
  }

  write(bytes: Uint8Array): boolean {
    this.trail.push(bytes);
    return this.sink.write(bytes);
  }
}

interface Spliced {
  readonly trail: AnswerTrail;
  readonly splicer: StreamSplicer;
  readonly channel: Continued['reply'];
  readonly giveUp: () => void;
}

/** Passes a target's stream on as the rest of the answer that the caller has the beginning of. */
export class ContinuationSink implements StreamSink {
  /** The caller has content of this answer, whatever becomes of this attempt: no other answer may begin. */
  readonly committed = true;

  constructor(private readonly parts: Spliced) {}

  get onDrain(): (() => void) | undefined {
    return this.parts.channel.onDrain;
  }

  set onDrain(callback: (() => void) | undefined) {
    this.parts.channel.onDrain = callback;
  }

  /** The target gave another answer: nothing of that was passed on, and the attempt counts as failed. */
  get restarted(): boolean {
    return this.parts.splicer.restarted;
  }

  commit(): void {
    // The head went out with the answer's beginning.
  }

  write(bytes: Uint8Array): boolean {
    const { splicer, giveUp } = this.parts;
    const before = splicer.restarted;
    const more = this.deliver(splicer.push(bytes));
    if (splicer.restarted && !before) giveUp();
    return more;
  }

  /** Takes the held end of the stream; gives what the caller gets for it. */
  last(end: Uint8Array): Uint8Array {
    const { splicer } = this.parts;
    return Buffer.concat([splicer.push(end), splicer.end()]);
  }

  private deliver(bytes: Uint8Array): boolean {
    if (bytes.byteLength === 0) return true;
    this.parts.trail.push(bytes);
    return this.parts.channel.data(bytes);
  }
}
