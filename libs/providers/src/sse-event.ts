import { utf8 } from './utf8.js';

/** One block of a server-sent event stream, with the blank line that ends it. */
export interface SseEvent {
  /** `comment`: the block has no data (comments, blank lines, a lone `event:`), so a client dispatches nothing for it. */
  readonly kind: 'event' | 'comment';
  /** The `event:` field, where the block has one. */
  readonly event?: string;
  /** The `data:` lines joined by `\n`; empty in a comment. */
  readonly data: string;
  /** The exact bytes, blank line included; only a byte order mark at the stream's start is left out. */
  readonly raw: Uint8Array;
}

const DATA_PREFIX = 'data: ';

/** Reads the fields of one whole block. */
export function parseBlock(raw: Uint8Array): SseEvent {
  const text = utf8(raw);
  const simple = singleDataLine(text);
  return simple === undefined ? parseLines(text, raw) : { kind: 'event', data: simple, raw };
}

/** The data of a block that is one `data: ` line and nothing else: what nearly every chunk of an OpenAI stream is. */
function singleDataLine(text: string): string | undefined {
  const end = text.length - 2;
  if (!text.startsWith(DATA_PREFIX) || text.indexOf('\n') !== end || text.includes('\r')) return undefined;
  return text.slice(DATA_PREFIX.length, end);
}

function parseLines(text: string, raw: Uint8Array): SseEvent {
  const data: string[] = [];
  let event: string | undefined;
  for (const line of text.split(text.includes('\r') ? /\r\n|\n|\r/ : '\n')) {
    const [name, value] = parseField(line);
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
  }
  const kind = data.length > 0 ? 'event' : 'comment';
  return { kind, ...(event === undefined ? {} : { event }), data: data.join('\n'), raw };
}

/** A comment has an empty name. */
function parseField(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const skip = line[colon + 1] === ' ' ? 2 : 1;
  return [line.slice(0, colon), line.slice(colon + skip)];
}
