import type { AnswerTally } from './answer-tally.js';
import { joinBytes } from './join-bytes.js';
import type { SseEvent } from './sse-event.js';
import { SseSplitter } from './sse.js';
import { TextShape } from './text-shape.js';
import type { AnswerFault, AnswerReport, StreamProgress, StreamTranslator } from './translator.js';

/** What one event of the provider's stream means: its bytes go on, wait for the terminator, go nowhere, or end the stream. */
export type Reading =
  | { readonly step: 'pass' | 'hold' | 'drop' | 'end'; readonly content: boolean }
  | { readonly step: 'fault'; readonly content: false; readonly fault: AnswerFault };

export const PASS: Reading = { step: 'pass', content: false };
export const PASS_OUTPUT: Reading = { step: 'pass', content: true };
export const HOLD: Reading = { step: 'hold', content: false };
export const DROP: Reading = { step: 'drop', content: false };

export function failed(fault: AnswerFault): Reading {
  return { step: 'fault', content: false, fault };
}

/** The reading of the provider's terminator: the answer may only end if nothing speaks against it. */
export function terminated(tally: AnswerTally): Reading {
  const fault = tally.endFault() ?? (tally.finishReason === undefined ? UNFINISHED : undefined);
  return fault ? failed(fault) : { step: 'end', content: false };
}

/**
 * Reads events of one wire format, noting in `tally` what they say of the answer. What it makes of an event with output
 * does not depend on the characters of that output.
 */
export interface EventReader {
  readonly read: (event: SseEvent, tally: AnswerTally) => Reading;
  /** Finds where an event's output stands, as {@link TextShape} wants it. */
  readonly outputField: RegExp;
}

interface Batch {
  readonly pieces: Uint8Array[];
  content: boolean;
}

const MAX_HELD_BYTES = 16 * 1024 * 1024;
const TOO_LARGE: AnswerFault = { fault: 'wrong_output', detail: 'an event or the end of the stream is too large' };
const UNFINISHED: AnswerFault = { fault: 'cut', detail: 'the stream ended without a finish reason' };
const CUT: AnswerFault = { fault: 'cut', detail: 'the stream ended without its terminator' };

/** A stream whose events go to the caller byte for byte, its finish only once it is known to be whole. */
export class PassThroughStream implements StreamTranslator {
  readonly #splitter = new SseSplitter();
  readonly #output: TextShape;
  /** The name of the event that `#output` was learned from. */
  #outputEvent: string | undefined;
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #done = false;

  constructor(
    private readonly reader: EventReader,
    private readonly tally: AnswerTally,
  ) {
    this.#output = new TextShape(reader.outputField);
  }

  push(chunk: Uint8Array): StreamProgress {
    const batch: Batch = { pieces: [], content: false };
    if (this.#done) return this.#progress(batch);
    const last = this.#take(this.#splitter.push(chunk), batch);
    return last ?? (this.#splitter.overflowed ? this.#fail(batch, TOO_LARGE) : this.#progress(batch));
  }

  close(): StreamProgress {
    const batch: Batch = { pieces: [], content: false };
    if (this.#done) return this.#progress(batch);
    return this.#take(this.#splitter.end(), batch) ?? this.#fail(batch, CUT);
  }

  report(): AnswerReport {
    return this.tally.report();
  }

  /** Adds what may be delivered to `batch`; gives the stream's last progress where an event ends it. */
  #take(events: readonly SseEvent[], batch: Batch): StreamProgress | undefined {
    for (const event of events) {
      const reading = event.kind === 'comment' ? PASS : this.#read(event);
      if (reading.content) batch.content = this.tally.content = true;
      if (reading.step === 'fault') return this.#fail(batch, reading.fault);
      if (reading.step === 'end') return this.#finish(batch, event);
      if (reading.step !== 'drop') this.#route(event, reading.step === 'hold', batch);
      if (this.#heldBytes > MAX_HELD_BYTES) return this.#fail(batch, TOO_LARGE);
    }
    return undefined;
  }

  #read(event: SseEvent): Reading {
    const { event: name, data } = event;
    const length = name === this.#outputEvent ? this.#output.fits(data) : 0;
    if (length > 0) {
      this.tally.outputBytes += length;
      return PASS_OUTPUT;
    }
    const reading = this.reader.read(event, this.tally);
    if (reading.step === 'pass' && reading.content) {
      this.#output.learn(data);
      this.#outputEvent = name;
    }
    return reading;
  }

  /** Once one event is held, all that follow are: their order stays. */
  #route(event: SseEvent, hold: boolean, batch: Batch): void {
    if (hold || this.#held.length > 0) {
      this.#held.push(event.raw);
      this.#heldBytes += event.raw.length;
    } else {
      batch.pieces.push(event.raw);
    }
  }

  #finish(batch: Batch, terminator: SseEvent): StreamProgress {
    this.#done = true;
    batch.pieces.push(...this.#held, terminator.raw);
    return { ...this.#progress(batch), ended: true };
  }

  #fail(batch: Batch, fault: AnswerFault): StreamProgress {
    this.#done = true;
    return { ...this.#progress(batch), fault };
  }

  #progress(batch: Batch): StreamProgress {
    return { bytes: joinBytes(batch.pieces), content: batch.content, ended: false };
  }
}
