const head = {
  id: 'chatcmpl-BnXy12',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'gpt-5-mini-2025-08-07',
};

export const usage = {
  prompt_tokens: 100,
  completion_tokens: 42,
  total_tokens: 142,
  prompt_tokens_details: { cached_tokens: 85, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 20 },
};

export const chunk = (delta: object, finish_reason: string | null = null) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason, logprobs: null }],
  usage: null,
});

export const usageChunk = { ...head, choices: [], usage };

/** One of a chunk's tool calls: its first delta where it has a name. */
export const call = (index: number, args: string, id?: string, name?: string) => ({
  index,
  ...(id === undefined ? {} : { id, type: 'function' }),
  function: { ...(name === undefined ? {} : { name }), arguments: args },
});

export function openAiStream(chunks: readonly object[], terminator = 'data: [DONE]\n\n'): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + terminator;
}

/** Text, a call with arguments and one without. */
export const toolStream = openAiStream([
  chunk({ role: 'assistant', content: '', refusal: null }),
  chunk({ content: 'I will look ' }),
  chunk({ content: '– naïve ☀️.' }),
  chunk({ tool_calls: [call(0, '', 'call_a', 'get_weather')] }),
  chunk({ tool_calls: [call(0, '{"city": "Par')] }),
  chunk({ tool_calls: [call(0, 'is"}')] }),
  chunk({ tool_calls: [call(1, '', 'call_b', 'get_time')] }),
  chunk({}, 'tool_calls'),
  usageChunk,
]);

export const textStream = openAiStream([
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hello' }),
  chunk({ content: ' there' }),
  chunk({}, 'stop'),
  usageChunk,
]);

export const completion = (message: object, finish_reason = 'stop') => ({
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: null, refusal: null, ...message },
      finish_reason,
      logprobs: null,
    },
  ],
  usage,
});

export const toolAnswer = completion(
  {
    content: 'I will look – naïve ☀️.',
    tool_calls: [
      { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city": "Paris"}' } },
      { id: 'call_b', type: 'function', function: { name: 'get_time', arguments: '' } },
    ],
  },
  'tool_calls',
);
