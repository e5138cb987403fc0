import { parseJson, type JsonObject } from '#libs/kernel';
import type { Answer, AnswerBlock, AnswerStop, TokenUsage } from '../answer.js';

import type { Frame } from '../script.js';

const stopReasons: Readonly<Record<AnswerStop['reason'], string>> = {
  end: 'end_turn',
  sequence: 'stop_sequence',
  length: 'max_tokens',
  tool: 'tool_use',
  filtered: 'refusal',
};

const signature = Buffer.from('signature of a simulated thought').toString('base64');

export function messageDocument(answer: Answer, id: string): string {
  const content = answer.blocks.map(wholeBlock);
  const usage = answer.usage === undefined ? {} : { usage: usageJson(answer.usage) };
  return JSON.stringify({ ...envelope(answer, id), content, ...stopJson(answer.stop), ...usage });
}

/** `ping` follows the first block's start, as at the vendor. */
export function messageFrames(answer: Answer, id: string, ping: string): readonly Frame[] {
  // The vendor reports usage twice: what is known at the start, with the output still to come, and the whole at the end.
  const started = answer.usage === undefined ? undefined : { ...answer.usage, outputTokens: 1 };
  const message = {
    ...envelope(answer, id),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(started === undefined ? {} : { usage: usageJson(started) }),
  };
  const blocks = answer.blocks.flatMap(blockFrames);
  return [
    { ...event('lifecycle', 'message_start', { message }), ...(started === undefined ? {} : { usage: started }) },
    ...blocks.slice(0, 1),
    { part: 'lifecycle', text: ping },
    ...blocks.slice(1),
    closing(answer),
    event('terminator', 'message_stop', {}),
  ];
}

function closing({ stop, usage }: Answer): Frame {
  const data = { delta: stopJson(stop), ...(usage === undefined ? {} : { usage: deltaUsageJson(usage) }) };
  return { ...event('lifecycle', 'message_delta', data), ...(usage === undefined ? {} : { usage }) };
}

export function event(part: Frame['part'], type: string, data: JsonObject): Frame {
  return { part, text: `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n` };
}

function blockFrames(block: AnswerBlock, index: number): readonly Frame[] {
  const delta = (part: Frame['part'], content: JsonObject): Frame =>
    event(part, 'content_block_delta', { index, delta: content });
  return [
    event('lifecycle', 'content_block_start', { index, content_block: emptyBlock(block) }),
    ...block.pieces.map((piece) => delta('token', pieceDeltas[block.kind](piece))),
    ...(block.kind === 'thinking' ? [delta('lifecycle', { type: 'signature_delta', signature })] : []),
    event('lifecycle', 'content_block_stop', { index }),
  ];
}

const pieceDeltas: Readonly<Record<AnswerBlock['kind'], (piece: string) => JsonObject>> = {
  text: (text) => ({ type: 'text_delta', text }),
  thinking: (thinking) => ({ type: 'thinking_delta', thinking }),
  tool: (partial_json) => ({ type: 'input_json_delta', partial_json }),
};

function emptyBlock(block: AnswerBlock): JsonObject {
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: {} };
  return block.kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' };
}

function wholeBlock(block: AnswerBlock): JsonObject {
  const text = block.pieces.join('');
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: parseJson(text) ?? {} };
  return block.kind === 'text' ? { type: 'text', text } : { type: 'thinking', thinking: text, signature };
}

function envelope(answer: Answer, id: string): JsonObject {
  return { id, type: 'message', role: 'assistant', model: answer.model };
}

function stopJson(stop: AnswerStop): JsonObject {
  const stop_sequence = stop.reason === 'sequence' ? stop.sequence : null;
  return { stop_reason: stopReasons[stop.reason], stop_sequence };
}

function deltaUsageJson(usage: TokenUsage): JsonObject {
  return {
    input_tokens: usage.inputTokens - usage.cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cachedTokens,
    output_tokens: usage.outputTokens,
  };
}

function usageJson(usage: TokenUsage): JsonObject {
  return {
    ...deltaUsageJson(usage),
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    service_tier: 'standard',
  };
}
