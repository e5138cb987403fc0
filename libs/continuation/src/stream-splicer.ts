import type { Surface } from '#libs/contracts';
import { SseSplitter, type SseEvent } from '#libs/providers';
import { EventSplice } from './anthropic-messages/event-splice.js';
import type { AnswerTrail } from './answer-trail.js';
import { ChunkSplice } from './openai-chat/chunk-splice.js';
import type { Splice, SpliceStart } from './splice.js';

/** The target that goes on, by the names that a caller may see. */
export interface ContinuedBy {
  readonly model: string;
  readonly channel: string;
}

const splices: Record<Surface, (start: SpliceStart) => Splice> = {
  'openai-chat': (start) => new ChunkSplice(start),
  'anthropic-messages': (start) => new EventSplice(start),
};

/**
 * Turns another target's stream, in the caller's format, into the rest of the answer that the trail knows: one answer
 * with one identity, nothing said twice, and a comment at the seam. What it gives is for the caller, and for the trail.
 */
export class StreamSplicer {
  readonly #splitter = new SseSplitter();
  readonly #splice: Splice;

  constructor(trail: AnswerTrail, { model, channel }: ContinuedBy) {
    const mark = `: breakwater continued on ${name(model)}@${name(channel)}\n\n`;
    this.#splice = splices[trail.surface]({ trail: trail.state, deliveredTokens: trail.outputTokens, mark });
  }

  /** The target gives another answer instead of the rest: no more comes of it, and it must not count as whole. */
  get restarted(): boolean {
    return this.#splice.restarted;
  }

  /** Takes more of the stream, in any pieces; gives what the caller gets. */
  push(bytes: Uint8Array): Uint8Array {
    return this.#read(this.#splitter.push(bytes));
  }

  /** The stream is over, whole. */
  end(): Uint8Array {
    return this.#read(this.#splitter.end());
  }

  #read(events: readonly SseEvent[]): Uint8Array {
    return Buffer.from(events.map((event) => this.#readEvent(event)).join(''));
  }

  #readEvent(event: SseEvent): string {
    const text = this.restarted ? '' : this.#splice.read(event);
    // The event may have been the one that told.
    return this.restarted ? '' : text;
  }
}

/** One line, whatever an operator named it. */
function name(id: string): string {
  return id.slice(0, 128).replaceAll(/[^\x21-\x7e]/g, '?');
}
