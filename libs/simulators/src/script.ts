import type { TokenUsage } from './answer.js';

/** Milliseconds before the first token and between tokens; `tokens` draws text answers out to that length. */
export interface Pace {
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  readonly tokens?: number;
}

/** One server-sent event (or group) of a streamed answer, and what it is to a reader. */
export interface Frame {
  readonly part: 'lifecycle' | 'token' | 'terminator';
  readonly text: string;
  /** The usage that these bytes report. */
  readonly usage?: TokenUsage;
}

export interface Pings {
  readonly text: string;
  readonly everyMs: number;
}

export type Step =
  | { readonly do: 'head' }
  | { readonly do: 'send'; readonly part: Frame['part'] | 'body'; readonly text: string; readonly usage?: TokenUsage }
  /** An endless wait (`Infinity`) lasts until the caller leaves. */
  | { readonly do: 'wait'; readonly ms: number; readonly pings?: Pings }
  | { readonly do: 'close'; readonly how: 'fin' | 'rst' };

/** Everything that will happen on the wire in answer to one call, as data. After the last step the answer ends cleanly. */
export interface Script {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly streamed: boolean;
  readonly steps: readonly Step[];
  /** Every byte is written by itself. */
  readonly byteByByte?: boolean;
}

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export function streamScript(head: Head, frames: readonly Frame[], pace: Pace): Script {
  let first = true;
  const steps = frames.flatMap((frame): readonly Step[] => {
    const send: Step = { do: 'send', ...frame };
    if (frame.part !== 'token') return [send];
    const ms = first ? pace.firstTokenMs : pace.tokenMs;
    first = false;
    return ms > 0 ? [{ do: 'wait', ms }, send] : [send];
  });
  return {
    status: head.status,
    headers: { ...head.headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    streamed: true,
    steps: [{ do: 'head' }, ...steps],
  };
}

/** An answer in one piece: nothing is sent before it is whole. */
export function documentScript(head: Head, text: string, whole: { waitMs?: number; usage?: TokenUsage } = {}): Script {
  const { waitMs = 0, usage } = whole;
  const body: Step = { do: 'send', part: 'body', text, ...(usage === undefined ? {} : { usage }) };
  return {
    status: head.status,
    headers: {
      ...head.headers,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    },
    streamed: false,
    steps: [...(waitMs > 0 ? [{ do: 'wait' as const, ms: waitMs }] : []), { do: 'head' }, body],
  };
}
