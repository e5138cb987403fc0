import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { hasAnthropicOutput, isAnthropicOutput } from '../anthropic-wire/output.js';
import { readAnthropicUsage } from '../anthropic-wire/usage.js';
import { NOTHING_SAID, readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import {
  DROP,
  failed,
  HOLD,
  PASS,
  PASS_OUTPUT,
  terminated,
  type EventReader,
  type Reading,
} from '../pass-through-stream.js';
import type { SseEvent } from '../sse-event.js';
import { textBytes } from '../text-bytes.js';

type Reducer = (event: JsonObject, tally: AnswerTally) => Reading;

/** By event type; a type that is not here (`ping`, `content_block_stop`, one yet to come) passes as it is. */
const reducers: ReadonlyMap<unknown, Reducer> = new Map<unknown, Reducer>([
  ['message_start', readStart],
  [
    'content_block_start',
    ({ content_block: block }, tally) => (isAnthropicOutput(block) ? output(block, tally) : PASS),
  ],
  ['content_block_delta', ({ delta }, tally) => (hasAnthropicOutput(delta) ? output(delta, tally) : PASS)],
  ['message_delta', readMessageDelta],
  ['message_stop', (_event, tally) => terminated(tally)],
  ['error', readError],
]);

/** Reads the events of a Messages stream. */
export const streamReader: EventReader = { read: readEvent, outputField: /"(?:text|thinking|partial_json)":"/ };

function readEvent({ event: name, data }: SseEvent, tally: AnswerTally): Reading {
  const event = parseJson(data);
  if (isJsonObject(event)) return reducers.get(event['type'] ?? name ?? errorIn(event))?.(event, tally) ?? PASS;
  if (name === 'error') return failed(inBandFault(NOTHING_SAID));
  tally.malformed += 1;
  return DROP;
}

function output(value: unknown, tally: AnswerTally): Reading {
  tally.outputBytes += textBytes(value);
  return PASS_OUTPUT;
}

/** Proxies that speak OpenAI to themselves send an error without saying that it is one. */
function errorIn(event: JsonObject): 'error' | undefined {
  return isJsonObject(event['error']) ? 'error' : undefined;
}

function readStart(event: JsonObject, tally: AnswerTally): Reading {
  const message = isJsonObject(event['message']) ? event['message'] : {};
  tally.serve(message['model']);
  tally.usage = readAnthropicUsage(message['usage'], tally.usage);
  return tally.modelFault ? failed(tally.modelFault) : PASS;
}

function readMessageDelta(event: JsonObject, tally: AnswerTally): Reading {
  tally.usage = readAnthropicUsage(event['usage'], tally.usage);
  const reason = isJsonObject(event['delta']) ? event['delta']['stop_reason'] : undefined;
  if (typeof reason !== 'string') return PASS;
  tally.finishReason = reason;
  return HOLD;
}

function readError(event: JsonObject): Reading {
  return failed(inBandFault(readErrorFields('anthropic', event) ?? NOTHING_SAID));
}
