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

/** `tools`, `tool_choice` and `parallel_tool_calls` of a chat request; without tools there is nothing to choose. */
export function readTools(body: JsonObject): JsonObject {
  const tools = optional(listOf(tool))(body['tools'], 'tools') ?? [];
  const choice = optional(toolChoice)(body['tool_choice'], 'tool_choice');
  return tools.length === 0 ? {} : { tools, ...choice };
}

function tool(value: unknown, field: string): JsonObject {
  const tool = readObject(value, field);
  const type = optional(readString)(tool['type'], `${field}.type`) ?? 'custom';
  if (type !== 'custom') throw unsupported(`${field}.type`, 'offer a tool that you run yourself');
  return {
    type: 'function',
    function: {
      name: readString(tool['name'], `${field}.name`),
      description: optional(readString)(tool['description'], `${field}.description`),
      parameters: withProperties(readObject(tool['input_schema'], `${field}.input_schema`)),
      strict: optional(readBoolean)(tool['strict'], `${field}.strict`),
    },
  };
}

/** An object that says nothing of its properties is a schema for Anthropic, and an error for OpenAI. */
function withProperties(schema: JsonObject): JsonObject {
  return schema['type'] === 'object' && !('properties' in schema) ? { ...schema, properties: {} } : schema;
}

function toolChoice(value: unknown, field: string): JsonObject {
  const choice = readObject(value, field);
  const alone = optional(readBoolean)(choice['disable_parallel_tool_use'], `${field}.disable_parallel_tool_use`);
  return { tool_choice: chosen(choice, field), parallel_tool_calls: alone === true ? false : undefined };
}

function chosen(choice: JsonObject, field: string): JsonObject | string {
  const type = readString(choice['type'], `${field}.type`);
  if (type === 'auto' || type === 'none') return type;
  if (type === 'any') return 'required';
  if (type !== 'tool') throw invalidValue(`${field}.type`, 'must be auto, any, tool or none');
  return { type: 'function', function: { name: readString(choice['name'], `${field}.name`) } };
}
