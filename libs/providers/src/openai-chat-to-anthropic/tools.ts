import type { JsonObject } from '#libs/kernel';
import {
  invalidValue,
  listOf,
  optional,
  readBoolean,
  readObject,
  readString,
  unsupported,
} from '../cross-family/fields.js';

/** `tools` and `tool_choice` of an Anthropic request; without tools there is nothing to choose. */
export function readTools(body: JsonObject): JsonObject {
  const tools = optional(listOf(tool))(body['tools'], 'tools') ?? [];
  const parallel = optional(readBoolean)(body['parallel_tool_calls'], 'parallel_tool_calls') ?? true;
  const choice = optional(toolChoice)(body['tool_choice'], 'tool_choice');
  if (tools.length === 0) return {};
  return { tools, tool_choice: parallel ? choice : oneAtATime(choice) };
}

function tool(value: unknown, field: string): JsonObject {
  const tool = readObject(value, field);
  const type = readString(tool['type'], `${field}.type`);
  if (type !== 'function') throw unsupported(`${field}.type`, 'use a `function` tool');
  const declared = readObject(tool['function'], `${field}.function`);
  const parameters = optional(readObject)(declared['parameters'], `${field}.function.parameters`);
  return {
    name: readString(declared['name'], `${field}.function.name`),
    description: optional(readString)(declared['description'], `${field}.function.description`),
    input_schema: { type: 'object', ...(parameters ?? { properties: {} }) },
    strict: optional(readBoolean)(declared['strict'], `${field}.function.strict`),
  };
}

function toolChoice(value: unknown, field: string): JsonObject {
  if (value === 'auto') return { type: 'auto' };
  if (value === 'none') return { type: 'none' };
  if (value === 'required') return { type: 'any' };
  if (typeof value === 'string') throw invalidValue(field, 'must be auto, none, required or a named tool');
  const choice = readObject(value, field);
  const type = readString(choice['type'], `${field}.type`);
  if (type === 'allowed_tools') throw unsupported(field, 'list only the allowed tools in `tools`');
  if (type !== 'function') throw unsupported(`${field}.type`, 'name a `function` tool');
  const named = readObject(choice['function'], `${field}.function`);
  return { type: 'tool', name: readString(named['name'], `${field}.function.name`) };
}

function oneAtATime(choice: JsonObject = { type: 'auto' }): JsonObject {
  return choice['type'] === 'none' ? choice : { ...choice, disable_parallel_tool_use: true };
}
