import type { Surface } from '#libs/contracts';
import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import { estimateTokens, type CallBody } from '#libs/providers';
import { lastItem } from './last-item.js';

interface Change {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

const LIMITS: Record<Surface, readonly string[]> = {
  'openai-chat': ['max_completion_tokens', 'max_tokens'],
  'anthropic-messages': ['max_tokens'],
};

/**
 * The caller's request for the rest of an answer: what was delivered ends it as the assistant's words, which the target
 * goes on with, and any limit on tokens shrinks by an estimate of them. White space at their end is left out: Anthropic
 * refuses it, and no model goes on well from it. The body is edited, not printed again.
 */
export function continuationBody(surface: Surface, body: CallBody, text: string): CallBody {
  const said = text.trimEnd();
  const { messages } = body.fields;
  // Without a word there is nothing to go on with: the answer begins again.
  if (said === '' || messages === undefined) return body;
  const spent = estimateTokens(Buffer.byteLength(text));
  const limits = LIMITS[surface].flatMap((field) => shrunk(body, field, spent));
  return changed(body, [withAnswer(body.bytes, messages, said), ...limits]);
}

/** A caller may have begun the answer itself: then that beginning grows. */
function withAnswer(bytes: Uint8Array, messages: readonly [number, number], said: string): Change {
  const [start, end] = lastItem(bytes, messages);
  const last = parseJson(decode(bytes, start, end));
  const grown = isJsonObject(last) && last['role'] === 'assistant' ? grownMessage(last, said) : undefined;
  if (grown) return { start, end, bytes: encode(grown) };
  const message = Buffer.from(`,${JSON.stringify({ role: 'assistant', content: said })}`);
  return { start: end, end, bytes: message };
}

function grownMessage(message: JsonObject, said: string): JsonObject | undefined {
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: content + said };
  const last: unknown = Array.isArray(content) ? content.at(-1) : undefined;
  if (!Array.isArray(content) || !isJsonObject(last) || typeof last['text'] !== 'string') return undefined;
  const parts: readonly unknown[] = content;
  return { ...message, content: [...parts.slice(0, -1), { ...last, text: last['text'] + said }] };
}

function shrunk({ bytes, fields }: CallBody, field: string, by: number): readonly Change[] {
  const span = fields[field];
  const limit = span && parseJson(decode(bytes, ...span));
  if (span === undefined || typeof limit !== 'number') return [];
  return [{ start: span[0], end: span[1], bytes: encode(Math.max(1, limit - by)) }];
}

function changed(body: CallBody, changes: readonly Change[]): CallBody {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, bytes } of changes.toSorted((a, b) => a.start - b.start)) {
    pieces.push(body.bytes.subarray(at, start), bytes);
    at = end;
  }
  const bytes = Buffer.concat([...pieces, body.bytes.subarray(at)]);
  const moved = ([start, end]: readonly [number, number]): readonly [number, number] => [
    start + growth(changes, (change) => change.end <= start),
    end + growth(changes, (change) => change.start < end),
  ];
  const fields = Object.fromEntries(Object.entries(body.fields).map(([name, span]) => [name, moved(span)]));
  return { ...body, bytes, fields };
}

function growth(changes: readonly Change[], counts: (change: Change) => boolean): number {
  return changes.filter(counts).reduce((sum, { start, end, bytes }) => sum + bytes.byteLength - (end - start), 0);
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
