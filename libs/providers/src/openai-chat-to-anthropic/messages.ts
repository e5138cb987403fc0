import { isJsonObject, parseExact, type JsonObject } from '#libs/kernel';
import { readAssistantContent, readTextContent, readUserContent, textBlocks, type Block } from './content.js';
import {
  invalidValue,
  listOf,
  optional,
  pick,
  readArray,
  readObject,
  readString,
  unsupported,
} from '../cross-family/fields.js';
import { anthropicToolId } from '../cross-family/short-id.js';

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

interface Conversation {
  readonly system: readonly Block[];
  readonly messages: readonly Turn[];
}

type Entry = Turn | { readonly role: 'system'; readonly content: readonly Block[] };
type ReadMessage = (message: JsonObject, field: string) => Entry;

const system: ReadMessage = (message, field) => ({
  role: 'system',
  content: readTextContent(message['content'], `${field}.content`),
});

const roles: { readonly [role: string]: ReadMessage } = {
  system,
  developer: system,
  user: (message, field) => ({ role: 'user', content: readUserContent(message['content'], `${field}.content`) }),
  assistant: (message, field) => ({ role: 'assistant', content: assistantBlocks(message, field) }),
  tool: (message, field) => ({ role: 'user', content: [toolResult(message, field)] }),
  function: (_message, field) => {
    throw unsupported(`${field}.role`, 'use `tool_calls` and `tool` messages');
  },
};

/**
 * Chat messages as Anthropic turns. System and developer messages, wherever they stand, become the system prompt in
 * their order; neighbours of one role become one turn, so that the results of parallel tool calls stand together.
 */
export function readConversation(value: unknown): Conversation {
  const entries = readArray(value, 'messages').map((message, index) => readMessage(message, `messages.${index}`));
  const turns = entries.flatMap((entry) => (entry.role === 'system' || entry.content.length === 0 ? [] : [entry]));
  if (turns.length === 0) throw invalidValue('messages', 'must hold at least one user message that is not empty');
  return {
    system: entries.flatMap((entry) => (entry.role === 'system' ? entry.content : [])),
    messages: mergeNeighbours(turns).map(resultsFirst),
  };
}

function readMessage(value: unknown, field: string): Entry {
  const message = readObject(value, field);
  const read = pick(roles, readString(message['role'], `${field}.role`));
  if (!read) throw invalidValue(`${field}.role`, `must be one of ${Object.keys(roles).join(', ')}`);
  return read(message, field);
}

function assistantBlocks(message: JsonObject, field: string): readonly Block[] {
  if (isJsonObject(message['audio'])) throw unsupported(`${field}.audio`, 'send its transcript as `content`');
  if (isJsonObject(message['function_call'])) throw unsupported(`${field}.function_call`, 'use `tool_calls`');
  const calls = optional(listOf(toolUse))(message['tool_calls'], `${field}.tool_calls`) ?? [];
  const refusal = optional(readString)(message['refusal'], `${field}.refusal`) ?? '';
  const mayLackContent = calls.length > 0 || refusal !== '';
  const content = mayLackContent && message['content'] === undefined ? null : message['content'];
  const said = content === null ? [] : readAssistantContent(content, `${field}.content`);
  return [...said, ...textBlocks(refusal), ...calls];
}

function toolUse(value: unknown, field: string): Block {
  const call = readObject(value, field);
  if (call['type'] !== undefined && call['type'] !== 'function') {
    throw unsupported(`${field}.type`, 'use `function` tools');
  }
  const id = anthropicToolId(readString(call['id'], `${field}.id`));
  const called = readObject(call['function'], `${field}.function`);
  const name = readString(called['name'], `${field}.function.name`);
  const text = readString(called['arguments'], `${field}.function.arguments`);
  const input = text.trim() === '' ? {} : parseExact(text);
  if (!isJsonObject(input)) throw invalidValue(`${field}.function.arguments`, 'must be the JSON text of an object');
  return { type: 'tool_use', id, name, input };
}

function toolResult(message: JsonObject, field: string): Block {
  const id = readString(message['tool_call_id'], `${field}.tool_call_id`);
  const content = readTextContent(message['content'], `${field}.content`);
  return { type: 'tool_result', tool_use_id: anthropicToolId(id), content };
}

function mergeNeighbours(turns: readonly Turn[]): readonly Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role !== turn.role) merged.push(turn);
    else merged[merged.length - 1] = { role: last.role, content: [...last.content, ...turn.content] };
  }
  return merged;
}

/** Anthropic wants the results of tool calls at the start of the turn that answers them. */
function resultsFirst(turn: Turn): Turn {
  const isResult = (block: Block): boolean => block.type === 'tool_result';
  const rest = turn.content.filter((block) => !isResult(block));
  return { role: turn.role, content: [...turn.content.filter(isResult), ...rest] };
}
