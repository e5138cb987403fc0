import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { NOTHING_SAID, readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { failed, SILENCE, type EventTranslator, type Step } from '../cross-family/translated-stream.js';
import { choiceFault } from '../openai-wire/choice-fault.js';
import { hasOpenAiOutput, hasRefusal } from '../openai-wire/output.js';
import { readOpenAiUsage } from '../openai-wire/usage.js';
import type { SseEvent } from '../sse-event.js';
import { textBytes } from '../text-bytes.js';
import type { AnswerFault } from '../translator.js';
import { ContentBlocks, sseEvent } from './content-blocks.js';
import { messageIdentity } from './message-identity.js';
import { mayBeEmpty, toStop } from './stop-reason.js';
import { toMessagesUsage } from './usage.js';

/**
 * Chat completion chunks as Anthropic's stream events. Reasoning that compatible servers stream counts as content but
 * is not passed on: an Anthropic thinking block needs a signature, and without one the conversation could never go
 * back to an Anthropic model.
 */
export class MessageEvents implements EventTranslator {
  readonly #blocks = new ContentBlocks();
  /** The first chunk, which says what the message is called. */
  #opening: JsonObject | undefined;
  #begun = false;

  /** `model`: what was asked for, until the provider says what it serves. */
  constructor(
    private readonly model: string,
    readonly tally: AnswerTally,
  ) {}

  read({ event: name, data }: SseEvent): Step {
    if (data === '[DONE]') return this.#finish();
    const chunk = parseJson(data);
    const error = readErrorFields('openai', chunk);
    if (error || name === 'error')
      return failed(inBandFault(error ?? readErrorFields('openai', { error: chunk }) ?? NOTHING_SAID));
    if (isJsonObject(chunk)) return this.#readChunk(chunk);
    this.tally.malformed += 1;
    return SILENCE;
  }

  #readChunk(chunk: JsonObject): Step {
    const usage = readOpenAiUsage(chunk['usage']);
    if (usage) this.tally.usage = usage;
    this.tally.serve(chunk['model']);
    const choice = firstChoice(chunk);
    const fault = this.tally.modelFault ?? choiceFault(choice);
    if (fault) return failed(fault);
    const finish = choice['finish_reason'];
    if (typeof finish === 'string' && finish !== '') this.tally.finishReason ??= finish;
    const delta = isJsonObject(choice['delta']) ? choice['delta'] : {};
    if (hasRefusal(delta)) this.tally.refused = true;
    const content = hasOpenAiOutput(delta);
    if (content) this.tally.outputBytes += textBytes(delta);
    this.#opening ??= chunk;
    const events = this.#change(delta);
    // What the caller is not shown must not begin its answer: until then another target may still give it.
    return { text: events === '' ? '' : this.#begin() + events, content };
  }

  #begin(): string {
    if (this.#begun) return '';
    this.#begun = true;
    const chunk = this.#opening ?? {};
    const usage = toMessagesUsage(this.tally.report().usage);
    const stop = { stop_reason: null, stop_sequence: null, stop_details: null };
    const message = { ...messageIdentity(chunk, this.model), content: [], ...stop, usage };
    return sseEvent({ type: 'message_start', message });
  }

  #change({ content, refusal, tool_calls: calls }: JsonObject): string {
    const called = (Array.isArray(calls) ? calls : []).map((call) => this.#blocks.addCall(call));
    return this.#blocks.addText(content) + this.#blocks.addText(refusal) + called.join('');
  }

  #finish(): Step {
    const fault = this.tally.endFault() ?? this.#endFault();
    if (fault) return failed(fault);
    const { finishReason, usage } = this.tally.report();
    const delta = toStop({ finishReason, called: this.#blocks.called, refused: this.tally.refused });
    const events = [
      this.#begin(),
      this.#blocks.end(),
      sseEvent({ type: 'message_delta', delta, usage: toMessagesUsage(usage) }),
      sseEvent({ type: 'message_stop' }),
    ];
    return { text: events.join(''), content: false, ended: true };
  }

  #endFault(): AnswerFault | undefined {
    const { finishReason } = this.tally;
    if (finishReason === undefined) return { fault: 'cut', detail: 'the stream ended without a finish reason' };
    if (mayBeEmpty(finishReason) || this.tally.mayEndEmpty) return undefined;
    if (this.#blocks.isEmpty) return { fault: 'wrong_output', detail: 'the answer has no text and no call' };
    if (this.#blocks.isWhole) return undefined;
    return { fault: 'wrong_output', detail: 'the arguments of a tool call are no JSON object' };
  }
}

/** Only one choice is ever asked for. */
function firstChoice(chunk: JsonObject): JsonObject {
  const choice: unknown = Array.isArray(chunk['choices']) ? chunk['choices'][0] : undefined;
  return isJsonObject(choice) ? choice : {};
}
