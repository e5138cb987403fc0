import type { JsonObject } from '#libs/kernel';
import {
  choiceOf,
  invalidValue,
  optional,
  readArray,
  readBoolean,
  readObject,
  readString,
  type Reader,
} from '../cross-family/fields.js';
import { openAiToolId } from '../cross-family/short-id.js';
import {
  assistantParts,
  blocksBy,
  contentOf,
  readSystemContent,
  readToolResultContent,
  textParts,
  userParts,
  type Part,
} from './content.js';

interface ChatMessage extends JsonObject {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
}

interface ToolResult {
  readonly message: ChatMessage;
  /** What a tool message cannot hold: it follows as the user's. */
  readonly attachments: readonly Part[];
}

type UserItem = { readonly part: Part } | { readonly result: ToolResult };
type AssistantItem = { readonly part: Part } | { readonly call: JsonObject };

const asItems = (parts: readonly Part[]): readonly { readonly part: Part }[] => parts.map((part) => ({ part }));

const itemsBy =
  (read: Reader<readonly Part[]>): Reader<readonly { readonly part: Part }[]> =>
  (block, field) =>
    asItems(read(block, field));

const readUserContent = blocksBy<UserItem>(
  {
    text: itemsBy(userParts.text),
    image: itemsBy(userParts.image),
    document: itemsBy(userParts.document),
    tool_result: (block, field) => [{ result: toolResult(readObject(block, field), field) }],
  },
  (text) => asItems(textParts(text)),
);

/** Thinking of earlier turns is left out: only the model that thought it can read it. */
const readAssistantContent = blocksBy<AssistantItem>(
  {
    text: itemsBy(assistantParts.text),
    tool_use: (block, field) => [{ call: toolCall(readObject(block, field), field) }],
    thinking: () => [],
    redacted_thinking: () => [],
  },
  (text) => asItems(textParts(text)),
);

const readRole = choiceOf({ user: userMessages, assistant: assistantMessages, system: systemMessages });

/** The system prompt and the turns of an Anthropic request as chat messages. */
export function readMessages(body: JsonObject): readonly ChatMessage[] {
  const system = optional(systemMessages)(body['system'], 'system') ?? [];
  const turns = readArray(body['messages'], 'messages').flatMap((value, index) => {
    const field = `messages.${index}`;
    const message = readObject(value, field);
    return readRole(message['role'], `${field}.role`)(message['content'], `${field}.content`);
  });
  if (turns.length === 0) throw invalidValue('messages', 'must hold at least one message that is not empty');
  return [...system, ...resultsFirst(turns)];
}

function systemMessages(content: unknown, field: string): readonly ChatMessage[] {
  const parts = readSystemContent(content, field);
  return parts.length === 0 ? [] : [{ role: 'system', content: contentOf(parts) }];
}

function userMessages(content: unknown, field: string): readonly ChatMessage[] {
  const items = readUserContent(content, field);
  const results = items.flatMap((item) => ('result' in item ? [item.result] : []));
  const parts = [
    ...results.flatMap((result) => result.attachments),
    ...items.flatMap((item) => ('part' in item ? [item.part] : [])),
  ];
  const said: readonly ChatMessage[] = parts.length === 0 ? [] : [{ role: 'user', content: contentOf(parts) }];
  return [...results.map((result) => result.message), ...said];
}

function assistantMessages(content: unknown, field: string): readonly ChatMessage[] {
  const items = readAssistantContent(content, field);
  const parts = items.flatMap((item) => ('part' in item ? [item.part] : []));
  const calls = items.flatMap((item) => ('call' in item ? [item.call] : []));
  if (items.length === 0) return [];
  const said = parts.length === 0 ? null : contentOf(parts);
  return [{ role: 'assistant', content: said, tool_calls: calls.length === 0 ? undefined : calls }];
}

function toolCall(block: JsonObject, field: string): JsonObject {
  const id = openAiToolId(readString(block['id'], `${field}.id`));
  const name = readString(block['name'], `${field}.name`);
  const input = readObject(block['input'], `${field}.input`);
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

/**
 * A tool message holds text alone: images and documents follow in a user message that names the call. That the tool
 * failed, which a tool message has no flag for, is said in its text.
 */
function toolResult(block: JsonObject, field: string): ToolResult {
  const id = openAiToolId(readString(block['tool_use_id'], `${field}.tool_use_id`));
  const parts = optional(readToolResultContent)(block['content'], `${field}.content`) ?? [];
  const failed = optional(readBoolean)(block['is_error'], `${field}.is_error`) ?? false;
  const texts = parts.filter((part) => part.type === 'text');
  const files = parts.filter((part) => part.type !== 'text');
  const lead = [...textParts(failed ? 'The tool failed:' : ''), ...textParts(files.length > 0 ? ATTACHED : '')];
  return {
    message: { role: 'tool', tool_call_id: id, content: contentOf([...lead, ...texts]) },
    attachments: files.length === 0 ? [] : [...textParts(`Attached to the result of tool call ${id}:`), ...files],
  };
}

const ATTACHED = 'The files of this result follow in the next user message.';

/** OpenAI wants the results of tool calls right behind the message that made them. */
function resultsFirst(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const ordered: ChatMessage[] = [];
  let behindCalls = 0;
  for (const message of messages) {
    if (message.role === 'tool') {
      ordered.splice(behindCalls, 0, message);
      behindCalls += 1;
    } else {
      ordered.push(message);
      if (message.role === 'assistant') behindCalls = ordered.length;
    }
  }
  return ordered;
}
