import type { Surface } from '#libs/contracts';
import { estimateTokens, SseSplitter } from '#libs/providers';
import { readEvent } from './anthropic-messages/read-event.js';
import { readChunk } from './openai-chat/read-chunk.js';
import { noTrail, type ReadTrail, type TrailState } from './trail-state.js';

/** Characters: a longer answer is not worth, and hardly within, another prompt. */
const LONGEST_TEXT = 4 * 1024 * 1024;
/** Most answers end well before this: what is read of them is nothing at all. */
const READ_AT_BYTES = 256 * 1024;

const readers: Record<Surface, ReadTrail> = { 'openai-chat': readChunk, 'anthropic-messages': readEvent };

/**
 * What a caller holds of a streamed answer, in the caller's format, so that another target can go on with it. The bytes
 * are kept and only read when there are many, or when somebody asks.
 */
export class AnswerTrail {
  readonly #splitter = new SseSplitter();
  #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #state: TrailState = noTrail;

  constructor(readonly surface: Surface) {}

  /** Takes what was delivered, in any pieces. They must not change afterwards. */
  push(bytes: Uint8Array): void {
    if (this.#state.foreign) return;
    this.#unread.push(bytes);
    this.#unreadBytes += bytes.byteLength;
    if (this.#unreadBytes > READ_AT_BYTES) this.#read();
  }

  /** Whether more text may follow: the answer is text alone so far, one of it, and has not ended. */
  canContinue(): boolean {
    const { begun, foreign, over, text } = this.state;
    return begun && !foreign && !over && !this.#splitter.unfinished && text.isWellFormed();
  }

  /** The answer's text as far as it was delivered. */
  get text(): string {
    return this.state.text;
  }

  /** Output tokens that were delivered: as the provider counted, or an estimate where it did not get to. */
  get outputTokens(): number {
    const { outputTokens, text } = this.state;
    return Math.max(outputTokens, estimateTokens(Buffer.byteLength(text)));
  }

  get state(): TrailState {
    this.#read();
    return this.#state;
  }

  #read(): void {
    const unread = this.#unread;
    this.#unread = [];
    this.#unreadBytes = 0;
    const read = readers[this.surface];
    for (const bytes of unread) {
      for (const event of this.#splitter.push(bytes)) {
        if (event.kind === 'event') this.#state = read(this.#state, event);
      }
      if (this.#state.text.length > LONGEST_TEXT || this.#splitter.overflowed) return this.#giveUp();
    }
  }

  #giveUp(): void {
    this.#state = { ...this.#state, foreign: true, text: '' };
    this.#unread = [];
  }
}
