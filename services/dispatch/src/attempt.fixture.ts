import type { Deadlines } from '#libs/contracts';
import { translatorFor, type CallBody } from '#libs/providers';
import type { StreamSink } from './answer-readers.js';
import { Attempt } from './attempt.js';
import type { AttemptResult } from './attempt-result.js';
import { resolved } from './domain/targets.fixture.js';
import { ProviderClient } from './provider-client.js';
import { startProvider, type Behaviour, type TestProvider } from './provider.fixture.js';

/** Far beyond what any of these calls takes: a spec shortens the one it is about. */
const patient: Deadlines = { connect: 20_000, firstToken: 20_000, interToken: 20_000, attempt: 20_000, total: 20_000 };

/** What a caller would have got, and a window that a spec can close. */
export class TestSink implements StreamSink {
  committed = false;
  versions: (string | undefined)[] = [];
  onDrain: (() => void) | undefined;
  open = true;
  text = '';
  onWrite: (() => void) | undefined;

  commit(servedVersion: string | undefined): void {
    this.committed = true;
    this.versions.push(servedVersion);
  }

  write(bytes: Uint8Array): boolean {
    this.text += Buffer.from(bytes).toString();
    this.onWrite?.();
    return this.open;
  }

  /** Resolves when the caller has this. */
  has(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.text.includes(text)) resolve();
      };
      this.onWrite = look;
      look();
    });
  }
}

function callBody(value: Readonly<Record<string, unknown>>): CallBody {
  const fields: Record<string, readonly [number, number]> = {};
  let text = '';
  for (const [name, field] of Object.entries(value)) {
    text += `${text ? ',' : '{'}${JSON.stringify(name)}:`;
    const start = text.length;
    text += JSON.stringify(field);
    fields[name] = [start, text.length];
  }
  return { bytes: Buffer.from(`${text}}`), fields, stream: value['stream'] === true, forward: {} };
}

export interface Started {
  readonly result: Promise<AttemptResult>;
  readonly sink: TestSink;
  readonly cancel: () => void;
}

export interface Wanted {
  readonly stream?: boolean;
  readonly deadlines?: Partial<Deadlines>;
  /** The caller left before the attempt began. */
  readonly left?: boolean;
  /** Milliseconds left of the call. */
  readonly remaining?: number;
}

/** One attempt over a real connection, as the dispatcher makes it. */
export function startAttempt(client: ProviderClient, origin: string, wanted: Wanted = {}): Started {
  const { stream = true, deadlines = {}, remaining = 20_000 } = wanted;
  const target = { ...resolved('gpt-5@primary', 'sk-secret-key'), origin };
  const messages = [{ role: 'user', content: 'Hi' }];
  const wire = {
    provider: 'openai',
    providerModel: 'gpt-5-0101',
    maxOutputTokens: 100,
    servedAs: [],
    checkServed: false,
  } as const;
  const exchange = translatorFor('openai-chat', 'openai')(callBody({ model: 'fast', stream, messages }), wire);
  const sink = new TestSink();
  const controller = new AbortController();
  if (wanted.left) controller.abort();
  const limits = { deadlines: { ...patient, ...deadlines }, remaining, stream };
  const attempt = new Attempt({ exchange, resolved: target, limits, sink, cancelled: controller.signal });
  const { path, headers, body } = exchange.request;
  const connectMs = limits.deadlines.connect;
  client.post({ origin, path: `/v1${path}`, headers: { ...headers }, body, connectMs }, attempt);
  return { result: attempt.ended.promise, sink, cancel: () => controller.abort() };
}

export interface Bench {
  readonly provider: TestProvider;
  readonly client: ProviderClient;
  /** Calls the provider, which behaves like this. */
  call(behaviour: Behaviour, wanted?: Wanted): Started;
  close(): Promise<void>;
}

/** A provider and the one client of a dispatcher. */
export async function startBench(): Promise<Bench> {
  const provider = await startProvider();
  const client = new ProviderClient();
  return {
    provider,
    client,
    call: (behaviour, wanted) => {
      provider.answerWith(behaviour);
      return startAttempt(client, provider.origin, wanted);
    },
    close: async () => {
      await client.onApplicationShutdown();
      await provider.close();
    },
  };
}
