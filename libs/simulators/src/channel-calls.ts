import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, parseJson, seededRandom, type Clock, type JsonObject, type Random } from '#libs/kernel';
import { anthropicDialect } from './anthropic/anthropic-dialect.js';
import { CallEntry, type CallQuestion } from './call-entry.js';
import type { CallLog } from './call-log.js';
import { composeScript, refusalScript } from './compose-script.js';
import { ConnectionNumbers } from './connection-numbers.js';
import { credentialOf } from './credential.js';
import type { CallContext, Dialect, Family, SimulatedChannel } from './dialect.js';
import type { FaultBoard } from './faults/fault-board.js';
import type { FaultSubject } from './faults/fault-subject.js';
import { identifiersFrom } from './identifiers.js';
import { objectsField, textField } from './json-fields.js';
import { openaiDialect } from './openai/openai-dialect.js';
import { perform } from './perform.js';
import type { Prompt } from './prompt.js';
import { readBody } from './request-body.js';
import type { Pace, Script } from './script.js';

const dialects: Readonly<Record<Family, Dialect>> = { openai: openaiDialect, anthropic: anthropicDialect };

/** The vendors' own limit on a request's body. */
const bodyLimit = 32 * 1024 * 1024;

/** One for all: every call ends with an abort, and an error for each would be costly. */
const connectionGone = new Error('the connection is gone');

interface Surroundings {
  readonly board: FaultBoard;
  readonly log: CallLog;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly seed: number;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly entry: CallEntry;
  readonly context: CallContext;
  readonly signal: AbortSignal;
}

/** Answers calls to channels, from the request's first byte to the log's last entry. */
export class ChannelCalls {
  private readonly random: Random;
  private readonly connections = new ConnectionNumbers();
  private closing = false;

  constructor(private readonly surroundings: Surroundings) {
    this.random = seededRandom(surroundings.seed);
  }

  /** From here on, connections that end were ended by the simulator. */
  close(): void {
    this.closing = true;
  }

  async answer(request: IncomingMessage, response: ServerResponse, channel: SimulatedChannel): Promise<void> {
    const exchange = this.open(request, response, channel);
    const { entry, signal } = exchange;
    try {
      await perform(await this.decide(exchange), { ...exchange, clock: this.surroundings.clock });
    } catch (error) {
      const left = this.closing ? 'simulator-closed' : 'client-closed';
      entry.finished(signal.aborted ? left : 'simulator-failed', this.surroundings.clock.now());
      if (!signal.aborted) throw error;
    }
  }

  private open(request: IncomingMessage, response: ServerResponse, channel: SimulatedChannel): Exchange {
    const { clock, log } = this.surroundings;
    const identifiers = identifiersFrom(this.random);
    const requestId = identifiers(dialects[channel.family].requestIdPrefix);
    const startedAt = clock.now();
    const { method = '', url = '', headers } = request;
    const entry = new CallEntry({
      id: requestId,
      channel: channel.id,
      startedAt,
      request: { method, url, headers },
      ...credentialField(headers),
      connection: this.connections.numberOf(request.socket),
    });
    log.add(entry);
    const gone = new AbortController();
    response.once('close', () => {
      if (entry.isOpen && !response.writableFinished && !this.closing) entry.clientClosed(clock.now());
      gone.abort(connectionGone);
    });
    return { request, response, entry, signal: gone.signal, context: { channel, requestId, startedAt, identifiers } };
  }

  private async decide({ request, entry, context, signal }: Exchange): Promise<Script> {
    const { board, pace } = this.surroundings;
    const { channel } = context;
    const dialect = dialects[channel.family];
    const body = await readBody(request, bodyLimit, signal);
    if (body === undefined) return refusalScript(dialect.refusals['too-large'], { dialect, context });
    const json = parseJson(body.toString());
    const root = isJsonObject(json) ? json : {};
    const { method = '', url = '', headers } = request;
    const path = new URL(url, 'http://simulator').pathname.slice(channel.id.length + 1);
    const reading = dialect.read({ method, path, headers, json }, context);
    const model = textField(root, 'model');
    const prompt = reading.kind === 'chat' ? reading.chat.prompt : undefined;
    entry.received(body, questionOf(model, prompt));
    const caller = { channel: channel.id, model, streamed: root['stream'] === true, ...openingOf(root) };
    const { faults, limits } = board.strike({ ...caller, ...credentialField(headers), ...sizeOf(prompt) });
    entry.struck(faults);
    const known = limits === undefined ? context : { ...context, limits };
    return composeScript(reading, { dialect, context: known, pace, faults });
  }
}

function questionOf(model: string | undefined, prompt: Prompt | undefined): CallQuestion {
  const named = model === undefined ? {} : { model };
  if (prompt === undefined) return named;
  return { ...named, promptTokens: prompt.inputTokens, prefilled: prompt.prefill !== undefined };
}

function credentialField(headers: IncomingHttpHeaders): { readonly credential?: string } {
  const credential = credentialOf(headers);
  return credential === undefined ? {} : { credential };
}

function sizeOf(prompt: Prompt | undefined): Pick<FaultSubject, 'promptTokens' | 'maximumTokens'> {
  return prompt === undefined ? {} : { promptTokens: prompt.inputTokens, maximumTokens: prompt.maximumTokens };
}

/** What the user said first, and so the same in every turn of a conversation. */
function openingOf(root: JsonObject): { readonly opening?: string } {
  const first = objectsField(root, 'messages').find((message) => message['role'] === 'user');
  return first === undefined ? {} : { opening: JSON.stringify(first).slice(0, 1000) };
}
