import { AnswerTally } from '../answer-tally.js';
import { TranslatedStream } from '../cross-family/translated-stream.js';
import { parseBody } from '../cross-family/parse-body.js';
import { printBody } from '../cross-family/print-body.js';
import type { Translator } from '../translator.js';
import { toMessage } from './answer.js';
import { toChatRequest } from './request.js';
import { MessageEvents } from './stream.js';

/** Carries an Anthropic Messages call to a provider that speaks OpenAI Chat Completions. */
export const anthropicMessagesToOpenAi: Translator = (call, target) => ({
  request: {
    path: '/chat/completions',
    headers: {
      'content-type': 'application/json',
      accept: call.stream ? 'text/event-stream' : 'application/json',
    },
    body: [printBody(toChatRequest(parseBody(call), target))],
  },
  answer: (bytes) => toMessage(bytes, target.providerModel, new AnswerTally(target)),
  stream: () => new TranslatedStream(new MessageEvents(target.providerModel, new AnswerTally(target))),
});
