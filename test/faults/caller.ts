import { finished } from 'node:stream/promises';
import { request, type Dispatcher } from 'undici';
import type { Surface } from '#libs/contracts';
import type { Received } from './caller-view.js';

export interface CallWanted {
  readonly url: string;
  readonly key: string;
  readonly surface: Surface;
  readonly route: string;
  readonly stream: boolean;
  readonly prompt: string;
  /** After this long it counts as hung, and the caller leaves. */
  readonly hungAfterMs: number;
}

/** One call with its moments, wall clock in milliseconds with fractions. */
export interface CallMade extends Received {
  readonly sentAt: number;
  /** Of the answer's first byte. */
  readonly firstByteAt?: number;
  readonly endedAt: number;
  /** The longest silence between two pieces of the body. */
  readonly longestGapMs: number;
}

/** Wall clock with fractions, comparable with the simulators' log. */
export const wallClock = (): number => performance.timeOrigin + performance.now();

/** Makes one call, never repeated, and keeps each byte of its answer. */
export async function makeCall(wanted: CallWanted, dispatcher: Dispatcher): Promise<CallMade> {
  const sentAt = wallClock();
  const given = new Answer();
  const signal = AbortSignal.timeout(wanted.hungAfterMs);
  try {
    const answer = await request(wanted.url + paths[wanted.surface], { ...requestOf(wanted), dispatcher, signal });
    given.head(answer);
    answer.body.on('data', (piece: Buffer) => given.piece(piece));
    await finished(answer.body, { signal });
    return given.ended(sentAt, 'complete');
  } catch {
    return given.ended(sentAt, signal.aborted ? 'hung' : 'cut');
  }
}

class Answer {
  private status = 0;
  private headers: Readonly<Record<string, string>> = {};
  private readonly pieces: Buffer[] = [];
  private firstByteAt: number | undefined;
  private lastAt: number | undefined;
  private longestGapMs = 0;

  head({ statusCode, headers }: Dispatcher.ResponseData): void {
    this.status = statusCode;
    this.headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  }

  piece(piece: Buffer): void {
    const now = wallClock();
    this.firstByteAt ??= now;
    this.longestGapMs = Math.max(this.longestGapMs, now - (this.lastAt ?? now));
    this.lastAt = now;
    this.pieces.push(piece);
  }

  ended(sentAt: number, ending: Received['ending']): CallMade {
    const { status, headers, firstByteAt, longestGapMs } = this;
    const body = Buffer.concat(this.pieces);
    const first = firstByteAt === undefined ? {} : { firstByteAt };
    return { status, headers, body, ending, sentAt, endedAt: wallClock(), longestGapMs, ...first };
  }
}

const paths: Readonly<Record<Surface, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
};

function requestOf({ surface, route: model, stream, prompt, key }: CallWanted) {
  const body = { model, stream, messages: [{ role: 'user', content: prompt }] };
  const asked =
    surface === 'openai-chat'
      ? { ...body, ...(stream ? { stream_options: { include_usage: true } } : {}) }
      : { ...body, max_tokens: 10_000 };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return { method: 'POST', headers, body: JSON.stringify(asked) } as const;
}
