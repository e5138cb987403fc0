import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { NOTHING_SAID, readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { choiceFault } from '../openai-wire/choice-fault.js';
import { hasOpenAiOutput, hasRefusal } from '../openai-wire/output.js';
import { readOpenAiUsage } from '../openai-wire/usage.js';
import { DROP, failed, terminated, type EventReader, type Reading } from '../pass-through-stream.js';
import { textBytes } from '../text-bytes.js';
import type { SseEvent } from '../sse-event.js';

interface ReaderOptions {
  /** False where only Breakwater asked for usage: the caller then must not see the chunk that brings it. */
  readonly usageAsked: boolean;
}

/** Reads the events of a Chat Completions stream. */
export function streamReader(options: ReaderOptions): EventReader {
  return { read: (event, tally) => readEvent(event, tally, options), outputField: /"(?:content|arguments)":"/ };
}

function readEvent({ event, data }: SseEvent, tally: AnswerTally, options: ReaderOptions): Reading {
  if (data === '[DONE]') return terminated(tally);
  const chunk = parseJson(data);
  if (event === 'error' || isErrorChunk(chunk)) return readError(chunk);
  if (isJsonObject(chunk)) return readChunk(chunk, tally, options);
  tally.malformed += 1;
  return DROP;
}

function isErrorChunk(chunk: unknown): boolean {
  return readErrorFields('openai', chunk) !== undefined;
}

/** Some servers send `event: error` with the error at the root. */
function readError(chunk: unknown): Reading {
  const fields = readErrorFields('openai', chunk) ?? readErrorFields('openai', { error: chunk });
  return failed(inBandFault(fields ?? NOTHING_SAID));
}

function readChunk(chunk: JsonObject, tally: AnswerTally, options: ReaderOptions): Reading {
  const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
  const usage = readOpenAiUsage(chunk['usage']);
  if (usage) tally.usage = usage;
  tally.serve(chunk['model']);
  if (tally.modelFault) return failed(tally.modelFault);
  if (usage && choices.length === 0 && !options.usageAsked) return DROP;
  return readChoices(choices, tally);
}

/** A finish is held once nothing is to follow it: other choices may still be under way. */
function readChoices(choices: readonly unknown[], tally: AnswerTally): Reading {
  let [content, finished] = [false, false];
  for (const choice of choices) {
    if (!isJsonObject(choice)) continue;
    const fault = choiceFault(choice);
    if (fault) return failed(fault);
    finished = tally.finishes(choice);
    if (hasRefusal(choice['delta'])) tally.refused = true;
    const output = hasOpenAiOutput(choice['delta']);
    if (output) tally.outputBytes += textBytes(choice['delta']);
    content ||= output;
  }
  return { step: finished ? 'hold' : 'pass', content };
}
