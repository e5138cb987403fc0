import { isJsonObject, type JsonObject } from '#libs/kernel';
import type { Refusal } from '../dialect.js';
import { listField, objectField, objectsField, textField } from '../json-fields.js';
import { findBreach } from '../parameter-rule.js';
import { invalid, invalidValue, refusalOf } from './chat-parameters.js';

const partsByRole: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    system: ['text'],
    developer: ['text'],
    user: ['text', 'image_url', 'input_audio', 'file'],
    assistant: ['text', 'refusal'],
    tool: ['text'],
    function: ['text'],
  }),
);

const roles = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];

export function checkMessages(body: JsonObject): Refusal | undefined {
  const messages = listField(body, 'messages');
  if (messages.length === 0) {
    const expected = 'Expected an array with minimum length 1, but got an empty array instead.';
    return invalid(`Invalid 'messages': empty array. ${expected}`, { param: 'messages', code: 'empty_array' });
  }
  for (const [index, message] of messages.entries()) {
    const refusal = checkMessage(message, `messages[${index}]`);
    if (refusal !== undefined) return refusal;
  }
  return checkToolResults(messages.filter(isJsonObject)) ?? checkTools(body) ?? checkFormat(body);
}

function checkMessage(message: unknown, param: string): Refusal | undefined {
  const breach = findBreach(message, { type: 'object' });
  if (breach !== undefined) return refusalOf(param, breach);
  if (!isJsonObject(message)) return undefined;
  const role = textField(message, 'role');
  if (role === undefined) return missing(`${param}.role`);
  const parts = partsByRole.get(role);
  if (parts === undefined) return invalidValue(`${param}.role`, role, roles);
  if (role === 'tool' && textField(message, 'tool_call_id') === undefined) return missing(`${param}.tool_call_id`);
  return checkContent(message, param, parts);
}

function missing(param: string): Refusal {
  return invalid(`Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' });
}

function checkContent(message: JsonObject, param: string, allowed: readonly string[]): Refusal | undefined {
  const content = message['content'];
  if (typeof content === 'string') return undefined;
  if (content === undefined || content === null) {
    const speaksOtherwise = textField(message, 'role') === 'assistant' && isCalling(message);
    return speaksOtherwise
      ? undefined
      : invalid(`Invalid value for 'content': expected a string, got null.`, { param });
  }
  const breach = findBreach(content, { type: 'array' });
  if (breach !== undefined) return refusalOf(`${param}.content`, breach);
  for (const [index, part] of listField(message, 'content').entries()) {
    const refusal = checkPart(part, `${param}.content[${index}]`, allowed);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function isCalling(message: JsonObject): boolean {
  return ['tool_calls', 'function_call', 'audio', 'refusal'].some((name) => (message[name] ?? null) !== null);
}

function checkPart(part: unknown, param: string, allowed: readonly string[]): Refusal | undefined {
  const breach = findBreach(part, { type: 'object' });
  if (breach !== undefined) return refusalOf(param, breach);
  if (!isJsonObject(part)) return undefined;
  const type = textField(part, 'type');
  if (type === undefined) return missing(`${param}.type`);
  if (!allowed.includes(type)) return invalidValue(`${param}.type`, type, allowed);
  if (type === 'text' && textField(part, 'text') === undefined) return missing(`${param}.text`);
  return type === 'image_url' ? checkImage(part, param) : undefined;
}

function checkImage(part: JsonObject, param: string): Refusal | undefined {
  const url = textField(objectField(part, 'image_url') ?? {}, 'url');
  if (url === undefined) return missing(`${param}.image_url.url`);
  if (/^https?:\/\//.test(url) || /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*$/.test(url))
    return undefined;
  const message = url.startsWith('data:')
    ? "Invalid MIME type or base64 data. Only 'data:image/…;base64,…' of png, jpeg, gif and webp is supported."
    : 'Invalid image URL: expected an http(s) or a data URL.';
  return invalid(message, { param: `${param}.image_url.url`, code: 'invalid_image_url' });
}

/** Every tool call is answered by the tool messages right after it, and no tool message stands alone. */
function checkToolResults(messages: readonly JsonObject[]): Refusal | undefined {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const answered = textField(message, 'role') === 'tool' ? textField(message, 'tool_call_id') : undefined;
    if (answered !== undefined && !open.delete(answered)) {
      const expected = "must be a response to a preceeding message with 'tool_calls'.";
      return invalid(`Invalid parameter: messages with role 'tool' ${expected}`, { param: `messages.[${index}].role` });
    }
    if (answered !== undefined) continue;
    if (open.size > 0) return unanswered(open, index);
    open = new Set(objectsField(message, 'tool_calls').flatMap((call) => textField(call, 'id') ?? []));
  }
  return open.size > 0 ? unanswered(open, messages.length) : undefined;
}

function unanswered(ids: ReadonlySet<string>, index: number): Refusal {
  const rule =
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.";
  const missingIds = `The following tool_call_ids did not have response messages: ${[...ids].join(', ')}`;
  return invalid(`${rule} ${missingIds}`, { param: `messages.[${index}].role` });
}

function checkTools(body: JsonObject): Refusal | undefined {
  for (const [index, tool] of objectsField(body, 'tools').entries()) {
    const type = textField(tool, 'type');
    if (type === undefined) return missing(`tools[${index}].type`);
    if (!['function', 'custom'].includes(type))
      return invalidValue(`tools[${index}].type`, type, ['function', 'custom']);
    const name = textField(objectField(tool, type) ?? {}, 'name');
    if (name === undefined) return missing(`tools[${index}].${type}.name`);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      const param = `tools[${index}].${type}.name`;
      const message = `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`;
      return invalid(message, { param, code: 'invalid_value' });
    }
  }
  return undefined;
}

function checkFormat(body: JsonObject): Refusal | undefined {
  const format = objectField(body, 'response_format') ?? { type: 'text' };
  const type = textField(format, 'type') ?? '';
  const types = ['json_object', 'json_schema', 'text'];
  if (!types.includes(type)) return invalidValue('response_format.type', type, types);
  if (type === 'json_schema' && textField(objectField(format, 'json_schema') ?? {}, 'name') === undefined) {
    return missing('response_format.json_schema.name');
  }
  if (type === 'json_object' && !/json/i.test(JSON.stringify(body['messages']))) {
    const message = `'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.`;
    return invalid(message, { param: 'messages' });
  }
  return undefined;
}
