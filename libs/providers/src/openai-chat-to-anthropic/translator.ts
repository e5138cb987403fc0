import { isJsonObject, systemClock, type Clock, type JsonObject } from '#libs/kernel';
import { AnswerTally } from '../answer-tally.js';
import type { Exchange, Translator } from '../translator.js';
import { toChatCompletion } from './answer.js';
import { parseBody } from '../cross-family/parse-body.js';
import { printBody } from '../cross-family/print-body.js';
import { toMessagesRequest } from './request.js';
import { ChatChunks } from './stream.js';
import { TranslatedStream } from '../cross-family/translated-stream.js';

const VERSION = '2023-06-01';

/**
 * Carries a Chat Completions call to a provider that speaks Anthropic Messages. The clock dates the completions, since
 * Anthropic's answers bear no time.
 */
export function makeOpenAiChatToAnthropic(clock: Pick<Clock, 'now'>): Translator {
  return (call, target): Exchange => {
    const body = parseBody(call);
    const request = toMessagesRequest(body, target);
    const created = Math.floor(clock.now() / 1000);
    const tally = (): AnswerTally => new AnswerTally(target);
    const context = { model: target.providerModel, created, includeUsage: wantsUsage(body) };
    return {
      request: {
        path: '/messages',
        headers: {
          'content-type': 'application/json',
          accept: call.stream ? 'text/event-stream' : 'application/json',
          'anthropic-version': VERSION,
        },
        body: [printBody(request)],
      },
      answer: (bytes) => toChatCompletion(bytes, context, tally()),
      stream: () => new TranslatedStream(new ChatChunks(context, tally())),
    };
  };
}

export const openAiChatToAnthropic: Translator = makeOpenAiChatToAnthropic(systemClock);

function wantsUsage(body: JsonObject): boolean {
  const options = body['stream_options'];
  return isJsonObject(options) && options['include_usage'] === true;
}
