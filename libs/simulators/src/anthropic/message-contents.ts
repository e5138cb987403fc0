import { isJsonObject, type JsonObject } from '#libs/kernel';
import type { Refusal } from '../dialect.js';
import { listField, objectField, objectsField, textField } from '../json-fields.js';
import { findBreach } from '../parameter-rule.js';
import { invalid, wording } from './message-parameters.js';

/** The blocks a caller may send, by the fields each of them needs. */
const blockFields: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    text: ['text'],
    image: ['source'],
    document: ['source'],
    search_result: ['source', 'title', 'content'],
    thinking: ['thinking', 'signature'],
    redacted_thinking: ['data'],
    tool_use: ['id', 'name', 'input'],
    tool_result: ['tool_use_id'],
    server_tool_use: ['id', 'name', 'input'],
    web_search_tool_result: ['tool_use_id', 'content'],
    web_fetch_tool_result: ['tool_use_id', 'content'],
    code_execution_tool_result: ['tool_use_id', 'content'],
    bash_code_execution_tool_result: ['tool_use_id', 'content'],
    text_editor_code_execution_tool_result: ['tool_use_id', 'content'],
    tool_search_tool_result: ['tool_use_id', 'content'],
    container_upload: ['file_id'],
  }),
);

export function checkMessages(body: JsonObject): Refusal | undefined {
  const messages = listField(body, 'messages');
  if (messages.length === 0) return invalid('messages: at least one message is required');
  for (const [index, message] of messages.entries()) {
    const refusal = checkMessage(message, `messages.${index}`);
    if (refusal !== undefined) return refusal;
  }
  const objects = messages.filter(isJsonObject);
  if (objects[0]?.['role'] !== 'user') return invalid('messages: first message must use the "user" role');
  return checkPrefill(objects.at(-1) ?? {}) ?? checkToolResults(objects);
}

function checkPrefill({ role, content }: JsonObject): Refusal | undefined {
  const blocks = Array.isArray(content) ? content.filter(isJsonObject) : [];
  const text = typeof content === 'string' ? content : textField(blocks.at(-1) ?? {}, 'text');
  return role === 'assistant' && /\s$/.test(text ?? '')
    ? invalid('messages: final assistant content cannot end with trailing whitespace')
    : undefined;
}

function checkMessage(message: unknown, path: string): Refusal | undefined {
  const breach = findBreach(message, { type: 'object' });
  if (breach !== undefined) return invalid(`${path}: ${wording(breach)}`);
  if (!isJsonObject(message)) return undefined;
  const unknown = Object.keys(message).find((name) => name !== 'role' && name !== 'content');
  if (unknown !== undefined) return invalid(`${path}.${unknown}: Extra inputs are not permitted`);
  if (message['role'] === undefined) return invalid(`${path}.role: Field required`);
  if (!['user', 'assistant', 'system'].includes(textField(message, 'role') ?? '')) {
    return invalid(`${path}.role: Input should be 'user' or 'assistant'`);
  }
  return checkContent(message, path);
}

function checkContent(message: JsonObject, path: string): Refusal | undefined {
  const { content } = message;
  if (content === undefined) return invalid(`${path}.content: Field required`);
  if (content === '' && message['role'] === 'user')
    return invalid(`${path}: user messages must have non-empty content`);
  if (typeof content === 'string') return undefined;
  const breach = findBreach(content, { type: 'array' });
  if (breach !== undefined) return invalid(`${path}.content: ${wording(breach)}`);
  for (const [index, block] of listField(message, 'content').entries()) {
    const refusal = checkBlock(block, `${path}.content.${index}`);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkBlock(block: unknown, path: string): Refusal | undefined {
  const breach = findBreach(block, { type: 'object' });
  if (breach !== undefined) return invalid(`${path}: ${wording(breach)}`);
  if (!isJsonObject(block)) return undefined;
  if (block['type'] === undefined) return invalid(`${path}.type: Field required`);
  const type = textField(block, 'type') ?? JSON.stringify(block['type']);
  const fields = blockFields.get(type);
  if (fields === undefined) {
    const tags = [...blockFields.keys()]
      .toSorted()
      .map((tag) => `'${tag}'`)
      .join(', ');
    return invalid(`${path}: Input tag '${type}' found using 'type' does not match any of the expected tags: ${tags}`);
  }
  const missing = fields.find((name) => block[name] === undefined);
  if (missing !== undefined) return invalid(`${path}.${type}.${missing}: Field required`);
  if (type === 'text' && block['text'] === '') return invalid('messages: text content blocks must be non-empty');
  return type === 'image' ? checkImage(objectField(block, 'source') ?? {}, `${path}.image.source`) : undefined;
}

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

function checkImage(source: JsonObject, path: string): Refusal | undefined {
  switch (source['type']) {
    case 'url':
      return textField(source, 'url') === undefined ? invalid(`${path}.url.url: Field required`) : undefined;
    case 'file':
      return textField(source, 'file_id') === undefined ? invalid(`${path}.file.file_id: Field required`) : undefined;
    case 'base64':
      return checkBase64Image(source, `${path}.base64`);
    default:
      return invalid(`${path}: Input tag does not match any of the expected tags: 'base64', 'file', 'url'`);
  }
}

function checkBase64Image(source: JsonObject, path: string): Refusal | undefined {
  if (!imageTypes.includes(textField(source, 'media_type') ?? '')) {
    return invalid(`${path}.media_type: Input should be ${imageTypes.map((type) => `'${type}'`).join(', ')}`);
  }
  return /^[A-Za-z0-9+/]+=*$/.test(textField(source, 'data') ?? '')
    ? undefined
    : invalid(`${path}.data: Input should be valid base64`);
}

/** Every tool use is answered by the very next message, and no result stands alone. */
function checkToolResults(messages: readonly JsonObject[]): Refusal | undefined {
  let open: readonly string[] = [];
  for (const [index, message] of messages.entries()) {
    const results = idsOf(message, 'tool_result', 'tool_use_id');
    const stray = results.find((id) => !open.includes(id));
    if (stray !== undefined) {
      const rule = 'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.';
      const message = `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`;
      return invalid(`messages.${index}.content: ${message}. ${rule}`);
    }
    const unanswered = open.filter((id) => !results.includes(id));
    if (unanswered.length > 0) return withoutResult(unanswered, index - 1);
    open = idsOf(message, 'tool_use', 'id');
  }
  return open.length > 0 ? withoutResult(open, messages.length - 1) : undefined;
}

function withoutResult(ids: readonly string[], index: number): Refusal {
  const rule = 'Each `tool_use` block must have a corresponding `tool_result` block in the next message.';
  const found = '`tool_use` ids were found without `tool_result` blocks immediately after';
  return invalid(`messages.${index}: ${found}: ${ids.join(', ')}. ${rule}`);
}

function idsOf(message: JsonObject, type: string, field: string): readonly string[] {
  return objectsField(message, 'content').flatMap((block) =>
    block['type'] === type ? (textField(block, field) ?? []) : [],
  );
}
