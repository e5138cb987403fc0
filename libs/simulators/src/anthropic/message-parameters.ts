import { isJsonObject, type JsonObject } from '#libs/kernel';
import type { Refusal } from '../dialect.js';
import { numberField, objectField, objectsField, textField } from '../json-fields.js';
import { findBreach, type Breach, type ParameterRule } from '../parameter-rule.js';

const rules: ReadonlyMap<string, ParameterRule> = new Map(
  Object.entries<ParameterRule>({
    model: { type: 'string' },
    messages: { type: 'array' },
    max_tokens: { type: 'integer', minimum: 1 },
    cache_control: { type: 'object' },
    container: { type: 'any' },
    context_management: { type: 'object' },
    diagnostics: { type: 'object' },
    inference_geo: { type: 'string' },
    mcp_servers: { type: 'array' },
    metadata: { type: 'object' },
    output_config: { type: 'object' },
    service_tier: { type: 'string', values: ['auto', 'standard_only'] },
    speed: { type: 'string', values: ['standard', 'fast'] },
    stop_sequences: { type: 'array' },
    stream: { type: 'boolean' },
    system: { type: 'any' },
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    thinking: { type: 'object' },
    tool_choice: { type: 'object' },
    tools: { type: 'array' },
    top_k: { type: 'integer', minimum: 0 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
    user_profile_id: { type: 'string' },
    workspace_id: { type: 'string' },
  }),
);

const required = ['model', 'max_tokens', 'messages'];

export function invalid(message: string): Refusal {
  return { status: 400, type: 'invalid_request_error', message };
}

/** Root parameters; a token count takes no `max_tokens`. */
export function checkParameters(body: JsonObject, countsOnly: boolean): Refusal | undefined {
  const needed = required.filter((name) => !countsOnly || name !== 'max_tokens');
  const missing = needed.find((name) => body[name] === undefined);
  if (missing !== undefined) return invalid(`${missing}: Field required`);
  for (const [name, value] of Object.entries(body)) {
    const rule = rules.get(name);
    if (rule === undefined) return invalid(`${name}: Extra inputs are not permitted`);
    const breach = value === null && !required.includes(name) ? undefined : findBreach(value, rule);
    if (breach !== undefined) return invalid(`${name}: ${wording(breach)}`);
  }
  return checkSystem(body) ?? checkThinking(body) ?? checkTools(body);
}

const typeWords: Readonly<Record<ParameterRule['type'], string>> = {
  string: 'Input should be a valid string',
  boolean: 'Input should be a valid boolean',
  integer: 'Input should be a valid integer',
  number: 'Input should be a valid number',
  array: 'Input should be a valid list',
  object: 'Input should be a valid dictionary',
  any: 'Input should be valid',
};

export function wording(breach: Breach): string {
  switch (breach.kind) {
    case 'type':
      return typeWords[breach.type];
    case 'below':
      return `Input should be greater than or equal to ${breach.minimum}`;
    case 'above':
      return `Input should be less than or equal to ${breach.maximum}`;
    case 'value':
      return `Input should be ${breach.values.map((value) => `'${value}'`).join(' or ')}`;
  }
}

function checkSystem(body: JsonObject): Refusal | undefined {
  const { system } = body;
  if (system === undefined || system === null || typeof system === 'string') return undefined;
  if (!Array.isArray(system)) return invalid('system: Input should be a valid string or a list of text blocks');
  const wrong = system.findIndex((block) => !isJsonObject(block) || block['type'] !== 'text');
  return wrong < 0 ? undefined : invalid(`system.${wrong}: Input should be a text block`);
}

function checkThinking(body: JsonObject): Refusal | undefined {
  const thinking = objectField(body, 'thinking');
  if (thinking === undefined) return undefined;
  const type = textField(thinking, 'type') ?? '';
  if (!['enabled', 'adaptive', 'between_tools', 'disabled'].includes(type)) {
    return invalid(`thinking: Input tag '${type}' found using 'type' does not match any of the expected tags`);
  }
  if (type !== 'enabled') return undefined;
  const budget = numberField(thinking, 'budget_tokens');
  if (budget === undefined) return invalid('thinking.enabled.budget_tokens: Field required');
  if (budget < 1024) {
    return invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  }
  if (budget >= (numberField(body, 'max_tokens') ?? Infinity)) {
    return invalid('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  return ['any', 'tool'].includes(textField(objectField(body, 'tool_choice') ?? {}, 'type') ?? '')
    ? invalid('Thinking may not be enabled when tool_choice forces tool use.')
    : undefined;
}

function checkTools(body: JsonObject): Refusal | undefined {
  const tools = objectsField(body, 'tools');
  for (const [index, tool] of tools.entries()) {
    const name = textField(tool, 'name') ?? '';
    const isCustom = tool['type'] === undefined || tool['type'] === null || tool['type'] === 'custom';
    if (!isCustom) continue;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      return invalid(`tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
    }
    const schema = objectField(tool, 'input_schema');
    if (schema === undefined) return invalid(`tools.${index}.custom.input_schema: Field required`);
    if (schema['type'] !== 'object')
      return invalid(`tools.${index}.custom.input_schema.type: Input should be 'object'`);
  }
  return checkToolChoice(objectField(body, 'tool_choice'), tools);
}

function checkToolChoice(choice: JsonObject | undefined, tools: readonly JsonObject[]): Refusal | undefined {
  if (choice === undefined) return undefined;
  const type = textField(choice, 'type') ?? '';
  if (!['auto', 'any', 'tool', 'none'].includes(type)) {
    const tags = "'any', 'auto', 'none', 'tool'";
    return invalid(
      `tool_choice: Input tag '${type}' found using 'type' does not match any of the expected tags: ${tags}`,
    );
  }
  if (type !== 'none' && tools.length === 0) return invalid('tool_choice may only be specified while providing tools.');
  const name = textField(choice, 'name');
  if (type === 'tool' && name === undefined) return invalid('tool_choice.tool.name: Field required');
  return name === undefined || tools.some((tool) => tool['name'] === name)
    ? undefined
    : invalid(`Tool '${name}' not found in provided tools`);
}
