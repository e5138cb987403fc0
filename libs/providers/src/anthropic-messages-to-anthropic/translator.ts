import { AnswerTally } from '../answer-tally.js';
import { editBody } from '../edit-body.js';
import { PassThroughStream } from '../pass-through-stream.js';
import type { CallBody, ProviderRequest, Translator, WireTarget } from '../translator.js';
import { readAnswer } from './answer.js';
import { streamReader } from './stream-reader.js';

const DEFAULT_VERSION = '2023-06-01';

/** Messages for a provider that speaks it: everything but the model passes through, byte for byte. */
export const anthropicMessagesToAnthropic: Translator = (body, target) => ({
  request: request(body, target),
  answer: (bytes) => readAnswer(bytes, new AnswerTally(target)),
  stream: () => new PassThroughStream(streamReader, new AnswerTally(target)),
});

function request(body: CallBody, target: WireTarget): ProviderRequest {
  const { 'anthropic-version': version, 'anthropic-beta': beta } = body.forward;
  return {
    path: '/messages',
    headers: {
      'content-type': 'application/json',
      accept: body.stream ? 'text/event-stream' : 'application/json',
      'anthropic-version': version ?? DEFAULT_VERSION,
      ...(beta === undefined ? {} : { 'anthropic-beta': beta }),
    },
    body: editBody(body, { model: JSON.stringify(target.providerModel) }),
  };
}
