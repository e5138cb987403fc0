import type { Surface } from '#libs/contracts';
import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';

/** The bytes of one answer, as the caller's socket had them. */
export interface Received {
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** `complete`: HTTP's own end came. `cut`: the connection ended before it. `hung`: neither did. */
  readonly ending: 'complete' | 'cut' | 'hung';
}

/** What a careful client makes of an answer. */
export interface CallerView {
  readonly end: 'whole' | 'error' | 'cut' | 'hung' | 'unreadable';
  readonly status: number;
  readonly text: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** It says that it is finished, whatever else it says. */
  readonly finished: boolean;
}

/** Reads an answer without any of the gateway's own code, which would not see its own mistakes. */
export function viewOf(surface: Surface, received: Received): CallerView {
  const { status, headers, body, ending } = received;
  const read = (headers['content-type'] ?? '').startsWith('text/event-stream')
    ? readStream(surface, body.toString())
    : readDocument(surface, body.toString());
  const { text, error, finished } = read;
  const seen = { status, text, finished, ...(error === undefined ? {} : { error }) };
  if (ending !== 'complete') return { ...seen, end: ending };
  if (error !== undefined) return { ...seen, end: 'error' };
  if (read.broken) return { ...seen, end: 'unreadable' };
  return { ...seen, end: finished ? 'whole' : 'cut' };
}

interface Read {
  text: string;
  error?: CallerView['error'] | undefined;
  finished: boolean;
  broken: boolean;
}

function readDocument(surface: Surface, body: string): Read {
  const json = parseJson(body);
  if (!isJsonObject(json)) return { text: '', finished: false, broken: true };
  const error = errorIn(json);
  if (error !== undefined) return { text: '', error, finished: false, broken: false };
  if (surface === 'openai-chat') {
    const choice = at(json['choices'], 0);
    const text = textIn(objectIn(choice, 'message'), 'content');
    return { text, finished: typeof choice['finish_reason'] === 'string', broken: false };
  }
  const blocks = Array.isArray(json['content']) ? json['content'].filter(isJsonObject) : [];
  const text = blocks.map((block) => textIn(block, 'text')).join('');
  return { text, finished: typeof json['stop_reason'] === 'string', broken: false };
}

function readStream(surface: Surface, body: string): Read {
  const read: Read = { text: '', finished: false, broken: false };
  let reasonGiven = false;
  // A byte-order mark and any line end are allowed; what follows the last blank line is no event yet.
  const events = body
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .split('\n\n')
    .slice(0, -1);
  for (const event of events) {
    const data = dataOf(event);
    if (data === undefined) continue;
    if (data === '[DONE]') {
      read.finished = surface === 'openai-chat' && reasonGiven;
      continue;
    }
    const json = parseJson(data);
    if (!isJsonObject(json)) return { ...read, broken: true };
    read.error ??= errorIn(json);
    if (surface === 'openai-chat') {
      const choice = at(json['choices'], 0);
      read.text += textIn(objectIn(choice, 'delta'), 'content');
      reasonGiven ||= typeof choice['finish_reason'] === 'string';
    } else {
      read.text += textIn(objectIn(json, 'delta'), 'text');
      reasonGiven ||= typeof objectIn(json, 'delta')['stop_reason'] === 'string';
      if (json['type'] === 'message_stop') read.finished = reasonGiven;
    }
  }
  return read;
}

function dataOf(event: string): string | undefined {
  const lines = event.split('\n').filter((line) => line.startsWith('data:'));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice('data:'.length).trimStart()).join('\n');
}

function errorIn(json: JsonObject): Read['error'] {
  const error = json['error'];
  if (!isJsonObject(error)) return undefined;
  return { code: textIn(error, 'code') || textIn(error, 'type'), message: textIn(error, 'message') };
}

const objectIn = (json: JsonObject, name: string): JsonObject => {
  const value = json[name];
  return isJsonObject(value) ? value : {};
};

const textIn = (json: JsonObject, name: string): string => {
  const value = json[name];
  return typeof value === 'string' ? value : '';
};

const at = (list: unknown, index: number): JsonObject => {
  const value: unknown = Array.isArray(list) ? list[index] : undefined;
  return isJsonObject(value) ? value : {};
};
