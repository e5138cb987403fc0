import type { ServerResponse } from 'node:http';
import {
  noUsage,
  type AnswerHead,
  type AttemptStart,
  type Frame,
  type Plan,
  type RunRequest,
  type RunSummary,
} from '#libs/contracts';
import { GatewayError, systemClock } from '#libs/kernel';
import { surfaces } from '#libs/surfaces';
import type { Arrival } from './arrival.js';
import type { DispatchLink, Linked } from './dispatch-link.js';
import { CallerStream } from './caller-stream.js';

/** Between handing a call over and its dispatcher's first word. */
const HAND_OVER_MS = 1000;
/** The same, once it is known that some dispatcher died: the living say something within a few milliseconds. */
const SUSPECT_MS = 40;
/** A dispatcher has the body before it says anything: at the slowest, this many bytes a millisecond. */
const FETCH_RATE = 10_000;
/** A frozen dispatcher takes its share of them until the broker notices. */
const MOST_HAND_OVERS = 12;
/** Dispatch keeps the call's deadline; this is for when it does not. */
const GRACE_MS = 5000;
/** After the caller left, for the dispatcher to say what it cost. */
const LAST_WORD_MS = 1000;

const lostInside = (): GatewayError =>
  new GatewayError('dispatcher_lost', 'the answer was interrupted inside the gateway; what came before is incomplete');

export interface Handover {
  readonly arrival: Arrival;
  readonly plan: Plan;
  readonly run: Omit<RunRequest, 'epoch' | 'attempts'>;
  readonly body: Uint8Array;
}

/** How a call ended for its caller. */
export interface SessionEnd {
  readonly summary: RunSummary;
  readonly status: number;
  readonly deliveredBytes: number;
  readonly firstByteMs: number | undefined;
}

export interface SessionEvents {
  /** Its dispatcher died before it could record this attempt, or say where it went. */
  readonly lost: (attempt: AttemptStart) => void;
  readonly ended: (end: SessionEnd) => void;
}

/**
 * One call between its caller and whichever dispatcher has it. Until the answer begins, a dispatcher that dies is
 * replaced unseen, also while the caller is kept waiting by keep-alives; after that, its loss is an explicit error.
 */
export class CallSession implements Linked {
  private epoch = 0;
  private nextSeq = 0;
  private attempts = 0;
  private begun: AttemptStart | undefined;
  /** Attempts of dispatchers that died with the call and had said nothing yet: all but where they went. */
  private unheard: Pick<AttemptStart, 'attemptId' | 'number' | 'dispatcher'>[] = [];
  private phase: 'waiting' | 'answering' | 'left' | 'over' = 'waiting';
  private timer: NodeJS.Timeout | undefined;
  private readonly lastResort: NodeJS.Timeout;
  private readonly caller: CallerStream;

  constructor(
    private readonly handover: Handover,
    private readonly link: DispatchLink,
    response: ServerResponse,
    private readonly events: SessionEvents,
  ) {
    this.caller = new CallerStream(handover.arrival, response, {
      taken: (bytes) => this.link.credit(this.current, bytes),
      left: () => this.leave(),
    });
    const limit = handover.run.deadlineAt - systemClock.now() + GRACE_MS;
    // In whole seconds: timers of one duration share a list.
    this.lastResort = setTimeout(() => this.timedOut(), Math.ceil(limit / 1000) * 1000);
  }

  start(): void {
    const { run, body } = this.handover;
    this.nextSeq = 0;
    this.begun = undefined;
    this.awaitWord(HAND_OVER_MS);
    this.link.hand({ ...run, epoch: this.epoch, attempts: this.attempts }, body, this);
  }

  private awaitWord(withinMs: number): void {
    const patience = withinMs + this.handover.body.byteLength / FETCH_RATE;
    this.timer = setTimeout(() => {
      this.link.doubt(this.current);
      this.lost();
    }, patience);
  }

  frame(frame: Frame): void {
    try {
      this.take(frame);
    } catch {
      // What cannot be passed on must still end the call: its caller waits.
      if (this.phase === 'answering') this.interrupt();
      else this.fail(new GatewayError('internal_error', 'the gateway failed to pass the answer on; try again'));
    }
  }

  private take(frame: Frame): void {
    if (this.phase === 'over') return;
    // Frames are numbered so that a missing one is a fault, never a silent hole in an answer.
    if (frame.seq !== this.nextSeq) return this.lost();
    this.nextSeq += 1;
    if (this.phase === 'left') return this.hearLastWord(frame);
    clearTimeout(this.timer);
    this.relay(frame);
  }

  private hearLastWord(frame: Frame): void {
    if (frame.type === 'end' || frame.type === 'whole') return this.finish(frame.summary);
    // Only now is it known who has the call that was left.
    if (frame.type === 'attempt') this.link.cancel(this.current);
  }

  nobody(): void {
    if (this.phase !== 'waiting') return this.lost();
    this.fail(new GatewayError('no_dispatcher', 'no dispatcher is running; try again', { retryAfterMs: 1000 }));
  }

  suspected(): void {
    if (this.phase !== 'waiting' || this.begun) return;
    clearTimeout(this.timer);
    this.awaitWord(SUSPECT_MS);
  }

  /** What it began in its last milliseconds it had no time to say: it is held to have begun. */
  died(dispatcher: string): void {
    if (this.phase === 'waiting' && !this.begun) {
      const number = (this.attempts += 1);
      const { requestId, epoch } = this.current;
      this.unheard.push({ attemptId: `${requestId}.${epoch}.${number}`, number, dispatcher });
    }
    this.lost();
  }

  lost(): void {
    if (this.phase === 'over') return;
    clearTimeout(this.timer);
    this.link.drop(this.current, true);
    if (this.begun) this.events.lost(this.begun);
    if (this.phase === 'left') return this.finish(this.summaryOf('cancelled'));
    if (this.phase === 'answering') return this.interrupt();
    this.epoch += 1;
    if (this.epoch < MOST_HAND_OVERS) return this.start();
    this.fail(new GatewayError('no_dispatcher', 'no dispatcher takes the call; try again', { retryAfterMs: 1000 }));
  }

  private relay(frame: Frame): void {
    switch (frame.type) {
      case 'attempt':
        return this.begin(frame.attempt);
      case 'head':
        return this.answer(frame.head);
      case 'data':
        return this.caller.write(frame.bytes);
      case 'end':
        return this.finish(frame.summary);
      case 'whole':
        if (this.phase === 'answering') return this.interrupt();
        this.caller.whole(frame.head, frame.bytes);
        return this.finish(frame.summary);
    }
  }

  private begin(attempt: AttemptStart): void {
    this.begun = attempt;
    this.attempts = attempt.number;
    // The same plan, the same health: where the successor goes, its predecessors went.
    for (const predecessor of this.unheard.splice(0)) this.events.lost({ ...attempt, ...predecessor });
  }

  private answer(head: AnswerHead): void {
    // Keep-alives are nothing that a successor could not go on with.
    if (head.held) return this.caller.hold(head);
    this.phase = 'answering';
    this.caller.head(head);
  }

  /** The caller is gone: the provider must not work, and not be paid, for nobody. */
  private leave(): void {
    if (this.phase === 'over' || this.phase === 'left') return;
    this.phase = 'left';
    this.link.cancel(this.current);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.finish(this.summaryOf('cancelled')), LAST_WORD_MS);
  }

  private timedOut(): void {
    const why = 'the call took longer than its route allows';
    if (this.phase !== 'answering') this.fail(new GatewayError('targets_timed_out', why));
    else this.interrupt(new GatewayError('stream_interrupted', `${why}; what came before is incomplete`));
  }

  private fail(error: GatewayError): void {
    this.caller.error(error, this.handover.plan);
    this.finish(this.summaryOf('failed', error));
  }

  private interrupt(error = lostInside()): void {
    const { surface, requestId } = this.handover.arrival;
    this.caller.interrupt(surfaces[surface].renderStreamError(error.describe(), requestId));
    this.finish(this.summaryOf('interrupted', error));
  }

  private finish(summary: RunSummary): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    clearTimeout(this.timer);
    clearTimeout(this.lastResort);
    this.link.drop(this.current, summary.outcome !== 'ok');
    this.caller.end();
    const { status, deliveredBytes, firstByteMs } = this.caller;
    this.events.ended({ summary, status, deliveredBytes, firstByteMs });
  }

  private summaryOf(outcome: RunSummary['outcome'], error?: GatewayError): RunSummary {
    const served =
      outcome === 'interrupted' && this.begun ? { model: this.begun.model, channel: this.begun.channel } : {};
    const code = error ? { errorCode: error.code } : {};
    // Where nobody succeeded it, an unheard attempt has no record, and is not counted.
    const attempts = this.attempts - this.unheard.length;
    return { outcome, attempts, ...served, providerMs: 0, usage: noUsage, costMicros: 0, ...code };
  }

  private get current(): { readonly requestId: string; readonly epoch: number } {
    return { requestId: this.handover.run.requestId, epoch: this.epoch };
  }
}
