/** An Anthropic stream from its events. */
export function anthropicStream(events: readonly { readonly type: string }[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 3,
  cache_read_input_tokens: 85,
  output_tokens: 1,
  service_tier: 'standard',
};

const message = {
  id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
};

export const messageStart = {
  type: 'message_start',
  message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage },
};
export const messageStop = { type: 'message_stop' };

export const messageEnd = (stop_reason: string, more: object = {}) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null, ...more },
  usage: { output_tokens: 42 },
});

export const block = (index: number, content_block: object, ...deltas: readonly object[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

const text = (part: string) => ({ type: 'text_delta', text: part });
const json = (part: string) => ({ type: 'input_json_delta', partial_json: part });

/** Thinking, text, a call with arguments and one without. */
export const toolStream = anthropicStream([
  messageStart,
  { type: 'ping' },
  ...block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'Two cities.' },
    { type: 'signature_delta', signature: 'EqQBCgIYAhIM' },
  ),
  ...block(1, { type: 'text', text: '' }, text('I will look '), text('– naïve ☀️.')),
  ...block(
    2,
    { type: 'tool_use', id: 'toolu_01A', name: 'get_weather', input: {} },
    json(''),
    json('{"city": "Par'),
    json('is"}'),
  ),
  ...block(3, { type: 'tool_use', id: 'toolu_01B', name: 'get_time', input: {} }, json('')),
  messageEnd('tool_use'),
  messageStop,
]);

export const textStream = anthropicStream([
  messageStart,
  ...block(0, { type: 'text', text: '' }, text('Hello'), text(' there')),
  messageEnd('end_turn'),
  messageStop,
]);

export const toolAnswer = {
  ...message,
  content: [
    { type: 'thinking', thinking: 'Two cities.', signature: 'EqQBCgIYAhIM' },
    { type: 'text', text: 'I will look – naïve ☀️.' },
    { type: 'tool_use', id: 'toolu_01A', name: 'get_weather', input: { city: 'Paris' } },
    { type: 'tool_use', id: 'toolu_01B', name: 'get_time', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { ...usage, output_tokens: 42 },
};
