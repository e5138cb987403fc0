import { isJsonObject } from '#libs/kernel';
import { AnswerTally } from '../answer-tally.js';
import { editBody, readField, type BodyEdits } from '../edit-body.js';
import { PassThroughStream } from '../pass-through-stream.js';
import type { CallBody, ProviderRequest, Translator, WireTarget } from '../translator.js';
import { readAnswer } from './answer.js';
import { streamReader } from './stream-reader.js';

/** Chat Completions for a provider that speaks it: everything but the model passes through, byte for byte. */
export const openAiChatToOpenAi: Translator = (body, target) => {
  const options = body.stream ? readField(body, 'stream_options') : undefined;
  const usageAsked = isJsonObject(options) && options['include_usage'] === true;
  return {
    request: request(body, target, usageAsked ? {} : withUsage(body, options)),
    answer: (bytes) => readAnswer(bytes, new AnswerTally(target)),
    stream: () => new PassThroughStream(streamReader({ usageAsked }), new AnswerTally(target)),
  };
};

function request(body: CallBody, target: WireTarget, edits: BodyEdits): ProviderRequest {
  return {
    path: '/chat/completions',
    headers: {
      'content-type': 'application/json',
      accept: body.stream ? 'text/event-stream' : 'application/json',
    },
    body: editBody(body, { model: JSON.stringify(target.providerModel), ...edits }),
  };
}

/** A stream's usage is always asked for: without it the attempt could not be accounted. */
function withUsage(body: CallBody, options: unknown): BodyEdits {
  if (!body.stream) return {};
  const others = isJsonObject(options) ? options : {};
  return { stream_options: JSON.stringify({ ...others, include_usage: true }) };
}
