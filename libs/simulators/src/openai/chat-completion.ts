import type { JsonObject } from '#libs/kernel';
import { joinedPieces, type Answer, type AnswerBlock, type AnswerStop, type TokenUsage } from '../answer.js';
import type { Frame } from '../script.js';

/** What all chunks of one completion have in common. */
export interface CompletionFrame {
  readonly id: string;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly choices: number;
  /** A stream ends with a chunk that reports usage. */
  readonly includeUsage: boolean;
}

const systemFingerprint = 'fp_simulated';

const finishReasons: Readonly<Record<AnswerStop['reason'], string>> = {
  end: 'stop',
  sequence: 'stop',
  length: 'length',
  tool: 'tool_calls',
  filtered: 'content_filter',
};

export function completionDocument(answer: Answer, frame: CompletionFrame): string {
  const calls = answer.blocks.filter(isTool).map((block) => ({
    id: block.id,
    type: 'function',
    function: { name: block.name, arguments: block.pieces.join('') },
  }));
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? null : joinedPieces(answer, 'text'),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    refusal: null,
    annotations: [],
  };
  const finish_reason = finishReasons[answer.stop.reason];
  return JSON.stringify({
    ...envelope('chat.completion', answer, frame),
    choices: Array.from({ length: frame.choices }, (_, index) => ({ index, message, logprobs: null, finish_reason })),
    ...(answer.usage === undefined ? {} : { usage: usageJson(answer.usage) }),
    service_tier: 'default',
    system_fingerprint: systemFingerprint,
  });
}

export function completionFrames(answer: Answer, frame: CompletionFrame): readonly Frame[] {
  const chunk = (choices: readonly JsonObject[], extra: JsonObject = {}): string =>
    event({
      ...envelope('chat.completion.chunk', answer, frame),
      service_tier: 'default',
      system_fingerprint: systemFingerprint,
      choices,
      ...(frame.includeUsage && answer.usage !== undefined ? { usage: null } : {}),
      ...extra,
    });
  const choices = Array.from({ length: frame.choices }, (_, index) => choiceFrames(answer, index, chunk)).flat();
  return [
    ...choices,
    ...(frame.includeUsage && answer.usage !== undefined
      ? [{ part: 'lifecycle' as const, text: chunk([], { usage: usageJson(answer.usage) }), usage: answer.usage }]
      : []),
    { part: 'terminator', text: 'data: [DONE]\n\n' },
  ];
}

type ChunkText = (choices: readonly JsonObject[]) => string;

function choiceFrames(answer: Answer, index: number, chunk: ChunkText): readonly Frame[] {
  const piece = (part: Frame['part'], delta: JsonObject, finish_reason: string | null = null): Frame => ({
    part,
    text: chunk([{ index, delta, logprobs: null, finish_reason }]),
  });
  const tools = answer.blocks.filter(isTool);
  const content = tools.length > 0 ? null : '';
  const texts = answer.blocks.filter((block) => block.kind === 'text').flatMap((block) => block.pieces);
  return [
    piece('lifecycle', { role: 'assistant', content, refusal: null }),
    ...texts.map((text) => piece('token', { content: text })),
    ...tools.flatMap((tool, position) => toolFrames(tool, position, piece)),
    piece('lifecycle', {}, finishReasons[answer.stop.reason]),
  ];
}

type ToolBlock = Extract<AnswerBlock, { kind: 'tool' }>;

function isTool(block: AnswerBlock): block is ToolBlock {
  return block.kind === 'tool';
}

function toolFrames(
  tool: ToolBlock,
  index: number,
  piece: (part: Frame['part'], delta: JsonObject) => Frame,
): readonly Frame[] {
  const opening = { index, id: tool.id, type: 'function', function: { name: tool.name, arguments: '' } };
  return [
    piece('lifecycle', { tool_calls: [opening] }),
    ...tool.pieces.map((text) => piece('token', { tool_calls: [{ index, function: { arguments: text } }] })),
  ];
}

function envelope(object: string, answer: Answer, frame: CompletionFrame): JsonObject {
  return { id: frame.id, object, created: frame.created, model: answer.model };
}

function event(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function usageJson(usage: TokenUsage): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
