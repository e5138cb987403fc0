import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { SseEvent } from '#libs/providers';
import { countIn, objectIn, stringIn, without } from '../json-parts.js';
import { Seam } from '../seam.js';
import type { Splice, SpliceStart } from '../splice.js';
import { endsText, isReasoning } from './read-chunk.js';

/** Goes on with a stream of chat completion chunks. */
export class ChunkSplice implements Splice {
  readonly #seam: Seam;
  /** The last chunk whose text is held. */
  #held: JsonObject | undefined;
  #marked = false;

  constructor(private readonly start: SpliceStart) {
    this.#seam = new Seam(start.trail.text);
  }

  get restarted(): boolean {
    return this.#seam.restarted;
  }

  read({ kind, data, raw }: SseEvent): string {
    const chunk = kind === 'comment' || data === '[DONE]' ? undefined : parseJson(data);
    if (isJsonObject(chunk)) return this.#readChunk(chunk);
    const text = Buffer.from(raw).toString();
    return kind === 'comment' ? text : this.#afterMark(this.#flush() + text);
  }

  #readChunk(chunk: JsonObject): string {
    const choice = firstChoice(chunk);
    const delta = objectIn(choice, 'delta');
    const said = stringIn(delta, 'content');
    const news = this.#seam.push(said);
    if (said === '' && isReasoning(delta) && !endsText(chunk, choice, delta))
      return this.#afterMark(this.#event(chunk));
    if (!endsText(chunk, choice, delta)) {
      if (news === '') this.#held = said === '' ? this.#held : chunk;
      return news === '' ? '' : this.#afterMark(this.#event(chunk, news));
    }
    return said === '' ? this.#afterMark(this.#flush() + this.#event(chunk)) : this.#last(chunk, news);
  }

  #last(chunk: JsonObject, news: string): string {
    return this.#afterMark(this.#event(chunk, news + this.#seam.end()));
  }

  /** What was held and turns out to be new. */
  #flush(): string {
    const news = this.#seam.end();
    return news === '' || this.#held === undefined ? '' : this.#event(this.#held, news);
  }

  #event(chunk: JsonObject, content?: string): string {
    const choice = firstChoice(chunk);
    const delta = without(objectIn(choice, 'delta'), 'role');
    const choices = [{ ...choice, delta: content === undefined ? delta : { ...delta, content } }];
    const spliced = {
      ...chunk,
      ...this.start.trail.identity,
      ...(Array.isArray(chunk['choices']) && chunk['choices'].length > 0 ? { choices } : {}),
      ...(isJsonObject(chunk['usage']) ? { usage: this.#usage(chunk['usage']) } : {}),
    };
    return `data: ${JSON.stringify(spliced)}\n\n`;
  }

  /** The caller's answer is the output of all targets together. */
  #usage(usage: JsonObject): JsonObject {
    const { deliveredTokens } = this.start;
    const sum = (field: string): JsonObject =>
      typeof usage[field] === 'number' ? { [field]: countIn(usage, field) + deliveredTokens } : {};
    return { ...usage, ...sum('completion_tokens'), ...sum('total_tokens') };
  }

  #afterMark(events: string): string {
    if (events === '' || this.#marked) return events;
    this.#marked = true;
    return this.start.mark + events;
  }
}

/** More than one choice is never continued. */
function firstChoice(chunk: JsonObject): JsonObject {
  const choice: unknown = Array.isArray(chunk['choices']) ? chunk['choices'][0] : undefined;
  return isJsonObject(choice) ? choice : {};
}
