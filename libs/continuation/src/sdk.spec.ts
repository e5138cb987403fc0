import { createServer } from 'node:http';
import { once } from 'node:events';
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { Surface } from '#libs/contracts';
import { AnswerTrail } from './answer-trail.js';
import { StreamSplicer } from './stream-splicer.js';
import { answerEvents, leadIn } from './streams.fixture.js';

/** An answer of two targets: the second repeats some of the first's words. */
function answerOfTwo(surface: Surface): Buffer {
  const begun = answerEvents(surface, ['The quick', ' brown fox\n\n'], { id: 'first', promptTokens: 7 });
  const sent = Buffer.from(begun.slice(0, leadIn[surface] + 2).join(''));
  const trail = new AnswerTrail(surface);
  trail.push(sent);
  const splicer = new StreamSplicer(trail, { model: 'm', channel: 'c' });
  const second = answerEvents(surface, ['quick brown fox', '\n\njumps', ' over'], { id: 'second', promptTokens: 9 });
  return Buffer.concat([sent, splicer.push(Buffer.from(second.join(''))), splicer.end()]);
}

async function whileServed<T>(body: Buffer, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  try {
    return await use(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const messages = [{ role: 'user', content: 'Hi' }] as const;

describe('the official SDK reads an answer of two targets as one', () => {
  it('of OpenAI', async () => {
    const completion = await whileServed(answerOfTwo('openai-chat'), (origin) =>
      new OpenAI({ apiKey: 'k', baseURL: `${origin}/v1`, maxRetries: 0 }).chat.completions
        .stream({ model: 'm', messages: [...messages] })
        .finalChatCompletion(),
    );
    expect(completion).toMatchObject({
      id: 'first',
      model: 'gpt-5',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: 'The quick brown fox\n\njumps over' },
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 11, total_tokens: 20 },
    });
    expect(completion.choices).toHaveLength(1);
  });

  it('of Anthropic', async () => {
    const message = await whileServed(answerOfTwo('anthropic-messages'), (origin) =>
      new Anthropic({ apiKey: 'k', baseURL: origin, maxRetries: 0 }).messages
        .stream({ model: 'm', max_tokens: 9, messages: [...messages] })
        .finalMessage(),
    );
    expect(message).toMatchObject({
      id: 'first',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'The quick brown fox\n\njumps over' }],
      usage: { input_tokens: 7, output_tokens: 11 },
    });
    expect(message.content).toHaveLength(1);
  });
});
