import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Surface } from '#libs/contracts';
import { AnswerTrail } from './answer-trail.js';
import { answerEvents, anyCuts, cutAt, leadIn, named, sse, surfaces } from './streams.fixture.js';

function trailOf(surface: Surface, stream: string, cuts: readonly number[] = []): AnswerTrail {
  const trail = new AnswerTrail(surface);
  for (const piece of cutAt(stream, cuts)) trail.push(piece);
  return trail;
}

const chunk = (choice: object): string => sse({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, ...choice }] });
const begun = answerEvents('anthropic-messages', ['Hel', 'lo'])
  .slice(0, leadIn['anthropic-messages'] + 2)
  .join('');
const block = (content_block: object): string => named({ type: 'content_block_start', index: 1, content_block });

describe.each(surfaces)('the trail of an answer in %s', (surface) => {
  const events = answerEvents(surface, ['Héllo', ' wörld\n', '\u{1f600}'], { id: 'a' });
  const cutShort = events.slice(0, leadIn[surface] + 3).join('');

  it('knows the text, who gave it, and that it may go on, however it came', () => {
    fc.assert(
      fc.property(anyCuts, (cuts) => {
        const trail = trailOf(surface, cutShort, cuts);
        expect(trail.canContinue()).toBe(true);
        expect(trail.text).toBe('Héllo wörld\n\u{1f600}');
        expect(trail.outputTokens).toBe(5);
        expect(trail.state.identity).toMatchObject({ id: 'a', model: expect.stringMatching(/gpt-5|claude/) });
      }),
    );
  });

  it('may not go on before it begins, within an event, or after its end', () => {
    expect(trailOf(surface, '').canContinue()).toBe(false);
    expect(trailOf(surface, cutShort.slice(0, -3)).canContinue()).toBe(false);
    expect(trailOf(surface, events.slice(0, -1).join('')).canContinue()).toBe(false);
    expect(trailOf(surface, events.join('')).canContinue()).toBe(false);
  });

  it('keeps no more than it may', () => {
    const piece = Buffer.from(answerEvents(surface, ['x'.repeat(64 * 1024)])[leadIn[surface]] ?? '');
    const trail = trailOf(surface, events.slice(0, leadIn[surface]).join(''));
    for (let n = 0; n < 63; n += 1) trail.push(piece);
    expect(trail.canContinue()).toBe(true);
    for (let n = 0; n < 6; n += 1) trail.push(piece);
    expect(trail.canContinue()).toBe(false);
    expect(trail.text).toHaveLength(0);
  });
});

describe('an answer that is not one text alone', () => {
  it.each([
    [
      'a tool call',
      chunk({ delta: { tool_calls: [{ index: 0, id: 'call_1', function: { name: 'f', arguments: '' } }] } }),
    ],
    ['an old function call', chunk({ delta: { function_call: { name: 'f' } } })],
    ['a refusal', chunk({ delta: { refusal: 'No' } })],
    ['reasoning', chunk({ delta: { reasoning_content: 'Hm' } })],
    ['a second choice', chunk({ index: 1, delta: { content: 'Hi' } })],
    ['log probabilities', chunk({ delta: { content: 'Hi' }, logprobs: { content: [{ token: 'Hi' }] } })],
    ['half a character', chunk({ delta: { content: '\ud83d' } })],
    ['an error', sse({ error: { message: 'no' } })],
  ])('is not continued: %s (OpenAI)', (_name, event) => {
    expect(trailOf('openai-chat', chunk({ delta: { content: 'Hello' } }) + event).canContinue()).toBe(false);
  });

  it.each([
    ['a tool call', block({ type: 'tool_use', id: 't', name: 'f', input: {} })],
    ['a tool of the provider', block({ type: 'server_tool_use', id: 't', name: 'web_search', input: {} })],
    ['thinking', block({ type: 'thinking', thinking: '' })],
    ['a citation', named({ type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: {} } })],
    ['an error', named({ type: 'error', error: { type: 'api_error', message: 'no' } })],
  ])('is not continued: %s (Anthropic)', (_name, event) => {
    expect(trailOf('anthropic-messages', begun).canContinue()).toBe(true);
    expect(trailOf('anthropic-messages', begun + event).canContinue()).toBe(false);
  });

  it('is continued where empty fields only say that there is nothing', () => {
    const delta = { role: 'assistant', content: 'Hi', refusal: null, tool_calls: [], reasoning_content: '' };
    expect(trailOf('openai-chat', chunk({ delta, logprobs: null, finish_reason: null })).canContinue()).toBe(true);
    const { state } = trailOf('anthropic-messages', begun + named({ type: 'content_block_stop', index: 0 }));
    expect(state).toMatchObject({ openBlock: undefined, nextBlock: 1, text: 'Hello' });
  });
});
