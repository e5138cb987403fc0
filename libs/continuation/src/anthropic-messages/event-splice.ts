import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { SseEvent } from '#libs/providers';
import { countIn, objectIn, pickFields, stringIn } from '../json-parts.js';
import { Seam } from '../seam.js';
import type { Splice, SpliceStart } from '../splice.js';
import { PROMPT_USAGE } from './read-event.js';

type Rewrite = (event: JsonObject) => string;

/** Goes on with a stream of message events: in the text block that is open, and with new ones behind it. */
export class EventSplice implements Splice {
  readonly #seam: Seam;
  /** The caller's block that is open, and the index of its next one. */
  #open: number | undefined;
  #next: number;
  /** The target's block that is under way, and whether it is the one that joins the delivered text. */
  #joining: 'not yet' | 'now' | 'done' = 'not yet';
  #marked = false;
  readonly #rewrites: ReadonlyMap<unknown, Rewrite> = new Map<unknown, Rewrite>([
    ['message_start', () => ''],
    ['content_block_start', (event) => this.#beginBlock(event)],
    ['content_block_delta', (event) => this.#addToBlock(event)],
    ['content_block_stop', () => this.#endBlock()],
    ['message_delta', (event) => this.#finish(event)],
  ]);

  constructor(private readonly start: SpliceStart) {
    this.#seam = new Seam(start.trail.text);
    this.#open = start.trail.openBlock;
    this.#next = start.trail.nextBlock;
  }

  get restarted(): boolean {
    return this.#seam.restarted;
  }

  read({ kind, event: name, data, raw }: SseEvent): string {
    const text = Buffer.from(raw).toString();
    if (kind === 'comment' || name === 'ping') return text;
    const event = parseJson(data);
    const rewrite = isJsonObject(event) ? this.#rewrites.get(event['type']) : undefined;
    return this.#afterMark(rewrite && isJsonObject(event) ? rewrite(event) : text);
  }

  #beginBlock(event: JsonObject): string {
    const block = objectIn(event, 'content_block');
    if (block['type'] === 'text' && this.#joining === 'not yet') {
      this.#joining = 'now';
      return this.#say(this.#seam.push(stringIn(block, 'text')));
    }
    return this.#leaveText() + this.#openBlock(block);
  }

  #addToBlock(event: JsonObject): string {
    const delta = objectIn(event, 'delta');
    if (this.#joining !== 'now') return this.#inBlock({ ...event, index: this.#open });
    if (delta['type'] === 'text_delta') return this.#say(this.#seam.push(stringIn(delta, 'text')));
    return this.#say(this.#seam.end()) + this.#ensureText() + this.#inBlock({ ...event, index: this.#open });
  }

  #endBlock(): string {
    if (this.#joining !== 'now') return this.#closeBlock();
    return this.#leaveText();
  }

  /** Input as the caller was told at the start; output of all targets together. */
  #finish(event: JsonObject): string {
    const usage = objectIn(event, 'usage');
    const told = countIn(this.start.trail.promptUsage, 'input_tokens') > 0 ? this.start.trail.promptUsage : {};
    const known = PROMPT_USAGE.filter((field) => usage[field] !== undefined);
    const total = countIn(usage, 'output_tokens') + this.start.deliveredTokens;
    const spliced = { ...usage, ...pickFields(told, known), output_tokens: total };
    return this.#leaveText() + sseEvent({ ...event, usage: spliced });
  }

  /** The joined text is over, or never came. */
  #leaveText(): string {
    const news = this.#say(this.#seam.end());
    this.#joining = 'done';
    return news + this.#closeBlock();
  }

  #say(text: string): string {
    if (text === '') return '';
    const begun = this.#ensureText();
    const delta = { type: 'text_delta', text };
    return begun + sseEvent({ type: 'content_block_delta', index: this.#open, delta });
  }

  #ensureText(): string {
    return this.#open === undefined ? this.#openBlock({ type: 'text', text: '' }) : '';
  }

  #inBlock(event: JsonObject): string {
    return this.#open === undefined ? '' : sseEvent(event);
  }

  #openBlock(block: JsonObject): string {
    this.#open = this.#next;
    this.#next += 1;
    return sseEvent({ type: 'content_block_start', index: this.#open, content_block: block });
  }

  #closeBlock(): string {
    if (this.#open === undefined) return '';
    const index = this.#open;
    this.#open = undefined;
    return sseEvent({ type: 'content_block_stop', index });
  }

  #afterMark(events: string): string {
    if (events === '' || this.#marked) return events;
    this.#marked = true;
    return this.start.mark + events;
  }
}

function sseEvent(event: JsonObject): string {
  return `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`;
}
