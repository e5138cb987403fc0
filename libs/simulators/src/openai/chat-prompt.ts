import type { JsonObject } from '#libs/kernel';
import { listField, numberField, objectField, objectsField, textField, textsField } from '../json-fields.js';
import { splitPrefill } from '../prefill.js';
import type { Prompt, PromptToolChoice } from '../prompt.js';
import { estimateTokens } from '../tokens.js';

const tokensPerImage = 85;

/** Reads a chat-completions body that was checked before. */
export function chatPrompt(body: JsonObject): Prompt {
  const messages = objectsField(body, 'messages');
  const { last, prefill } = splitPrefill(messages, textOf);
  const fromTool = textField(last, 'role') === 'tool';
  const images = messages.map(imagesOf);
  const characters = messages.reduce((sum, message) => sum + textOf(message).length, 0) + toolCharacters(body);
  const inputTokens = estimateTokens(characters) + tokensPerImage * images.reduce((sum, count) => sum + count, 0);
  const answerSchema = answerSchemaOf(body);
  return {
    model: textField(body, 'model') ?? '',
    userText: textField(last, 'role') === 'user' ? textOf(last) : '',
    ...(prefill === undefined ? {} : { prefill }),
    images: imagesOf(last),
    ...(fromTool ? { toolResult: textOf(last) } : {}),
    tools: objectsField(body, 'tools').flatMap(functionTool),
    toolChoice: toolChoiceOf(body['tool_choice'], body),
    parallelTools: body['parallel_tool_calls'] !== false,
    ...(answerSchema === undefined ? {} : { answerSchema }),
    thinking: false,
    choices: numberField(body, 'n') ?? 1,
    maximumTokens: numberField(body, 'max_completion_tokens') ?? numberField(body, 'max_tokens') ?? Infinity,
    stopSequences: typeof body['stop'] === 'string' ? [body['stop']] : textsField(body, 'stop'),
    inputTokens,
    cachedTokens: cachedTokensOf(inputTokens),
  };
}

/** As the vendor reports it: nothing below 1,024 tokens, then multiples of 128; here always about half the prompt. */
function cachedTokensOf(inputTokens: number): number {
  return inputTokens < 1024 ? 0 : Math.floor(inputTokens / 2 / 128) * 128;
}

function textOf(message: JsonObject): string {
  if (typeof message['content'] === 'string') return message['content'];
  return objectsField(message, 'content')
    .flatMap((part) => textField(part, 'text') ?? [])
    .join('\n');
}

function imagesOf(message: JsonObject): number {
  return objectsField(message, 'content').filter((part) => part['type'] === 'image_url').length;
}

function toolCharacters(body: JsonObject): number {
  return listField(body, 'tools').length === 0 ? 0 : JSON.stringify(body['tools']).length;
}

function functionTool(tool: JsonObject): Prompt['tools'] {
  const called = objectField(tool, 'function');
  const name = called === undefined ? undefined : textField(called, 'name');
  if (called === undefined || name === undefined) return [];
  return [{ name, schema: objectField(called, 'parameters') ?? { type: 'object' } }];
}

function toolChoiceOf(choice: unknown, body: JsonObject): PromptToolChoice {
  if (choice === 'none' || choice === 'required') return { mode: choice };
  const named = objectField(body, 'tool_choice');
  if (named === undefined) return { mode: 'auto' };
  const allowed = objectField(named, 'allowed_tools');
  if (allowed !== undefined) {
    const only = objectsField(allowed, 'tools').flatMap((tool) => functionName(tool) ?? []);
    return { mode: allowed['mode'] === 'required' ? 'required' : 'auto', only };
  }
  const name = functionName(named);
  return name === undefined ? { mode: 'auto' } : { mode: 'required', only: [name] };
}

function functionName(holder: JsonObject): string | undefined {
  return textField(objectField(holder, 'function') ?? {}, 'name');
}

function answerSchemaOf(body: JsonObject): JsonObject | undefined {
  const format = objectField(body, 'response_format') ?? {};
  if (format['type'] === 'json_object') return {};
  return format['type'] === 'json_schema' ? objectField(objectField(format, 'json_schema') ?? {}, 'schema') : undefined;
}
