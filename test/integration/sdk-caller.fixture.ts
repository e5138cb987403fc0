import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { Surface } from '#libs/contracts';
import type { TestGateway } from '../support/gateway.js';

export interface SdkCall {
  readonly surface: Surface;
  readonly route: string;
  readonly stream: boolean;
  readonly prompt?: string;
  readonly signal?: AbortSignal;
  readonly key?: string;
  /** Hears of each piece of text as it comes. */
  readonly onText?: (text: string) => void;
}

/** What a caller with an official SDK got. */
export interface SdkOutcome {
  readonly requestId: string;
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came over the wire. */
  readonly bytes: Buffer;
  /** The answer, as far as the SDK gave it out. */
  readonly text: string;
  /** What the SDK raised. */
  readonly error?: unknown;
}

/** One call, never repeated, with its outcome whatever it is. */
export async function callBySdk(gateway: TestGateway, call: SdkCall): Promise<SdkOutcome> {
  const wire = new WireTap();
  let text = '';
  const hear = (piece: string | null | undefined): void => {
    text += piece ?? '';
    if (piece) call.onText?.(piece);
  };
  const error = await speakers[call.surface](gateway, { ...call, wire, hear }).then(
    () => ({}),
    (reason: unknown) => ({ error: reason }),
  );
  const { status, headers } = wire;
  return {
    requestId: headers.get('x-breakwater-request-id') ?? '',
    status,
    headers,
    bytes: wire.bytes,
    text,
    ...error,
  };
}

/** Keeps what passes between the SDK and the gateway. */
class WireTap {
  status = 0;
  headers = new Headers();
  private readonly pieces: Uint8Array[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    this.status = response.status;
    this.headers = response.headers;
    const kept = new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        this.pieces.push(piece);
        controller.enqueue(piece);
      },
    });
    return new Response(response.body?.pipeThrough(kept) ?? null, response);
  };

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

interface Spoken extends SdkCall {
  readonly wire: WireTap;
  readonly hear: (piece: string | null | undefined) => void;
}

type Speak = (gateway: TestGateway, call: Spoken) => Promise<void>;

const speakers: Readonly<Record<Surface, Speak>> = {
  'openai-chat': async (gateway, { route: model, prompt = 'Say something.', wire, hear, ...call }) => {
    const apiKey = call.key ?? gateway.key;
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0, fetch: wire.fetch });
    const body = { model, messages: [{ role: 'user' as const, content: prompt }] };
    const options = call.signal ? { signal: call.signal } : {};
    if (!call.stream) {
      const answer = await client.chat.completions.create(body, options);
      return hear(answer.choices[0]?.message.content);
    }
    // With usage asked for, nothing of the provider's stream is for Breakwater alone.
    const asked = { ...body, stream: true, stream_options: { include_usage: true } } as const;
    for await (const chunk of await client.chat.completions.create(asked, options)) {
      hear(chunk.choices[0]?.delta.content);
    }
  },
  'anthropic-messages': async (gateway, { route: model, prompt = 'Say something.', wire, hear, ...call }) => {
    const apiKey = call.key ?? gateway.key;
    const client = new Anthropic({ baseURL: gateway.url, apiKey, authToken: null, maxRetries: 0, fetch: wire.fetch });
    const body = { model, max_tokens: 400_000, messages: [{ role: 'user' as const, content: prompt }] };
    const options = { timeout: 600_000, ...(call.signal ? { signal: call.signal } : {}) };
    if (!call.stream) {
      const answer = await client.messages.create(body, options);
      return answer.content.forEach((block) => hear(block.type === 'text' ? block.text : undefined));
    }
    for await (const event of await client.messages.create({ ...body, stream: true }, options)) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') hear(event.delta.text);
    }
  },
};
