import { isJsonObject, type JsonObject } from '#libs/kernel';
import { anthropicToolId } from '../cross-family/short-id.js';
import { plainText } from '../openai-wire/plain-text.js';
import { toolInput } from './tool-input.js';

interface Block {
  readonly kind: 'text' | 'call';
  /** The call's place in OpenAI's count; compatible servers leave it out, or give every call the same. */
  readonly position?: unknown;
  readonly id: string;
  name: string;
  /** A call's arguments so far. */
  args: string;
  /** What has come but has not been sent. */
  unsent: string;
}

/** One event of an Anthropic stream. */
export function sseEvent(event: JsonObject & { readonly type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/**
 * Puts the deltas of a chat stream, where calls may interleave, into content blocks, which come one after another.
 * The first block that is not done is sent as it grows; what comes for later ones waits. A text is done when something
 * else begins, a call when its arguments are whole. The methods give the events that can be sent.
 */
export class ContentBlocks {
  readonly #waiting: Block[] = [];
  #open = false;
  #sent = 0;
  #calls = 0;

  get called(): boolean {
    return this.#calls > 0;
  }

  get isEmpty(): boolean {
    return this.#sent === 0 && this.#waiting.length === 0;
  }

  /** False where a call has no name, or arguments that are no JSON object. */
  get isWhole(): boolean {
    return this.#waiting.every(
      (block) => block.kind === 'text' || (block.name !== '' && toolInput(block.args) !== undefined),
    );
  }

  addText(content: unknown): string {
    const text = plainText(content);
    if (text === '') return '';
    const last = this.#waiting.at(-1);
    if (last?.kind === 'text') last.unsent += text;
    else this.#waiting.push({ kind: 'text', id: '', name: '', args: '', unsent: text });
    return this.#send();
  }

  /** Takes one of a delta's `tool_calls`. */
  addCall(delta: unknown): string {
    if (!isJsonObject(delta)) return '';
    const called = isJsonObject(delta['function']) ? delta['function'] : {};
    const name = stringOf(called['name']);
    const args = called['arguments'];
    // Some servers give an object instead of its text, all at once.
    const text = isJsonObject(args) ? JSON.stringify(args) : stringOf(args);
    const known = this.#find(delta);
    // White space may follow the arguments of a call that is done.
    if (!known && name === '' && text.trim() === '') return '';
    const block = known ?? this.#begin(delta);
    if (block.name === '') block.name = name;
    block.args += text;
    block.unsent += text;
    return this.#send();
  }

  /** Sends what waits and ends the last block. */
  end(): string {
    return this.#send(true);
  }

  #find(delta: JsonObject): Block | undefined {
    const id = stringOf(delta['id']);
    return this.#waiting.findLast(
      (block) =>
        block.kind === 'call' &&
        block.position === delta['index'] &&
        (id === '' || block.id === '' || block.id === anthropicToolId(id)),
    );
  }

  #begin(delta: JsonObject): Block {
    const id = stringOf(delta['id']) || `call_${this.#calls}`;
    const block: Block = {
      kind: 'call',
      position: delta['index'],
      id: anthropicToolId(id),
      name: '',
      args: '',
      unsent: '',
    };
    this.#calls += 1;
    this.#waiting.push(block);
    return block;
  }

  #send(last = false): string {
    let events = '';
    for (let block = this.#waiting[0]; block !== undefined; block = this.#waiting[0]) {
      if (block.kind === 'text' || block.name !== '') events += this.#grow(block);
      const done = last || (this.#waiting.length > 1 && (block.kind === 'text' || isClosed(block)));
      if (!done) break;
      events += this.#close();
    }
    return events;
  }

  #grow(block: Block): string {
    const begun = this.#open
      ? ''
      : sseEvent({ type: 'content_block_start', index: this.#sent, content_block: head(block) });
    this.#open = true;
    const news = block.unsent;
    block.unsent = '';
    return news === ''
      ? begun
      : begun + sseEvent({ type: 'content_block_delta', index: this.#sent, delta: deltaOf(block, news) });
  }

  #close(): string {
    this.#waiting.shift();
    if (!this.#open) return '';
    const stop = sseEvent({ type: 'content_block_stop', index: this.#sent });
    this.#open = false;
    this.#sent += 1;
    return stop;
  }
}

/** The arguments of the call are whole. Empty ones may still come. */
function isClosed(block: Block): boolean {
  return block.args.trimEnd().endsWith('}') && toolInput(block.args) !== undefined;
}

function head({ kind, id, name }: Block): JsonObject {
  return kind === 'text' ? { type: 'text', text: '' } : { type: 'tool_use', id, name, input: {} };
}

function deltaOf({ kind }: Block, text: string): JsonObject {
  return kind === 'text' ? { type: 'text_delta', text } : { type: 'input_json_delta', partial_json: text };
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
