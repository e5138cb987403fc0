import type { AnswerTally } from '../answer-tally.js';
import type { SseEvent } from '../sse-event.js';
import { SseSplitter } from '../sse.js';
import type { AnswerFault, AnswerReport, StreamProgress, StreamTranslator } from '../translator.js';

/** What one event of the provider brought. */
export interface Step {
  /** Whole events in the caller's format. */
  readonly text: string;
  readonly content: boolean;
  readonly ended?: boolean;
  readonly fault?: AnswerFault;
}

/** Translates events of one wire format into another's, noting in the tally what they say of the answer. */
export interface EventTranslator {
  readonly tally: AnswerTally;
  read(event: SseEvent): Step;
}

export const SILENCE: Step = { text: '', content: false };

export function failed(fault: AnswerFault): Step {
  return { ...SILENCE, fault };
}

const TOO_LARGE: AnswerFault = { fault: 'wrong_output', detail: 'an event of the stream is too large' };
const CUT: AnswerFault = { fault: 'cut', detail: 'the stream ended without its terminator' };

const encoder = new TextEncoder();

/** Splits a provider's stream into events and gathers what they bring, up to the terminator or the first fault. */
export class TranslatedStream implements StreamTranslator {
  readonly #splitter = new SseSplitter();
  #done = false;

  constructor(private readonly events: EventTranslator) {}

  push(chunk: Uint8Array): StreamProgress {
    if (this.#done) return this.#progress([]);
    const steps = this.#read(this.#splitter.push(chunk));
    if (!this.#done && this.#splitter.overflowed) steps.push(failed(TOO_LARGE));
    return this.#progress(steps);
  }

  close(): StreamProgress {
    if (this.#done) return this.#progress([]);
    const steps = this.#read(this.#splitter.end());
    if (!this.#done) steps.push(failed(CUT));
    return this.#progress(steps);
  }

  report(): AnswerReport {
    return this.events.tally.report();
  }

  #read(events: readonly SseEvent[]): Step[] {
    const steps: Step[] = [];
    for (const event of events) {
      if (this.#done || event.kind === 'comment') continue;
      const step = this.events.read(event);
      steps.push(step);
      if (step.content) this.events.tally.content = true;
      this.#done = step.ended === true || step.fault !== undefined;
    }
    return steps;
  }

  #progress(steps: readonly Step[]): StreamProgress {
    const fault = steps.at(-1)?.fault;
    this.#done ||= fault !== undefined;
    return {
      bytes: encoder.encode(steps.map((step) => step.text).join('')),
      content: steps.some((step) => step.content),
      ended: steps.at(-1)?.ended ?? false,
      ...(fault === undefined ? {} : { fault }),
    };
  }
}
