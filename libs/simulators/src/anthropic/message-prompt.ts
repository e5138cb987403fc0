import type { JsonObject } from '#libs/kernel';
import { listField, numberField, objectField, objectsField, textField, textsField } from '../json-fields.js';
import { splitPrefill } from '../prefill.js';
import type { Prompt, PromptToolChoice } from '../prompt.js';
import { estimateTokens } from '../tokens.js';

const tokensPerImage = 1600;

/** Reads a messages body that was checked before. */
export function messagePrompt(body: JsonObject): Prompt {
  const messages = objectsField(body, 'messages');
  const { last, prefill } = splitPrefill(messages, textOf);
  const result = blocksOf(last).find((block) => block['type'] === 'tool_result');
  const choice = objectField(body, 'tool_choice') ?? {};
  const inputTokens = countInput(body);
  const answerSchema = answerSchemaOf(body);
  return {
    model: textField(body, 'model') ?? '',
    userText: textField(last, 'role') === 'user' ? textOf(last) : '',
    ...(prefill === undefined ? {} : { prefill }),
    images: imagesOf(last),
    ...(result === undefined ? {} : { toolResult: textOf(result) }),
    tools: objectsField(body, 'tools').flatMap(callableTool),
    toolChoice: toolChoiceOf(choice),
    parallelTools: choice['disable_parallel_tool_use'] !== true,
    ...(answerSchema === undefined ? {} : { answerSchema }),
    thinking: ['enabled', 'adaptive'].includes(textField(objectField(body, 'thinking') ?? {}, 'type') ?? ''),
    choices: 1,
    maximumTokens: numberField(body, 'max_tokens') ?? Infinity,
    stopSequences: textsField(body, 'stop_sequences'),
    inputTokens,
    cachedTokens: asksForCache(body) ? Math.floor(inputTokens / 2) : 0,
  };
}

function answerSchemaOf(body: JsonObject): JsonObject | undefined {
  const format = objectField(objectField(body, 'output_config') ?? {}, 'format');
  return objectField(format ?? {}, 'schema');
}

/** The estimate that both the answer's usage and `count_tokens` give. */
export function countInput(body: JsonObject): number {
  const messages = objectsField(body, 'messages');
  const tools = listField(body, 'tools').length === 0 ? 0 : JSON.stringify(body['tools']).length;
  const characters = messages.reduce((sum, message) => sum + textOf(message).length, systemText(body).length + tools);
  return estimateTokens(characters) + tokensPerImage * messages.reduce((sum, message) => sum + imagesOf(message), 0);
}

function systemText(body: JsonObject): string {
  return textField(body, 'system') ?? joinTexts(objectsField(body, 'system'));
}

function blocksOf(holder: JsonObject): readonly JsonObject[] {
  return objectsField(holder, 'content');
}

function textOf(holder: JsonObject): string {
  if (typeof holder['content'] === 'string') return holder['content'];
  return joinTexts(blocksOf(holder));
}

function joinTexts(blocks: readonly JsonObject[]): string {
  return blocks
    .flatMap((block) => (block['type'] === 'tool_result' ? textOf(block) : (textField(block, 'text') ?? [])))
    .join('\n');
}

function imagesOf(message: JsonObject): number {
  return blocksOf(message).filter((block) => block['type'] === 'image').length;
}

function callableTool(tool: JsonObject): Prompt['tools'] {
  const name = textField(tool, 'name');
  const schema = objectField(tool, 'input_schema');
  return name === undefined || schema === undefined ? [] : [{ name, schema }];
}

function toolChoiceOf(choice: JsonObject): PromptToolChoice {
  const name = textField(choice, 'name');
  if (choice['type'] === 'tool' && name !== undefined) return { mode: 'required', only: [name] };
  if (choice['type'] === 'any') return { mode: 'required' };
  return { mode: choice['type'] === 'none' ? 'none' : 'auto' };
}

function asksForCache(body: JsonObject): boolean {
  const blocks = [body, ...objectsField(body, 'system'), ...objectsField(body, 'tools')];
  const contents = objectsField(body, 'messages').flatMap(blocksOf);
  return [...blocks, ...contents].some((block) => (block['cache_control'] ?? null) !== null);
}
