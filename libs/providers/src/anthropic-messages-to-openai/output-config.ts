import { isJsonObject, type JsonObject } from '#libs/kernel';
import { choiceOf, invalidValue, optional, readNumber, readObject, readString } from '../cross-family/fields.js';

const efforts = { low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max' };

/** Up to how many tokens of thinking an effort stands for. */
const EFFORT_BUDGETS = [
  [4096, 'low'],
  [16_384, 'medium'],
] as const;

/**
 * `reasoning_effort` and `response_format` of a chat request, from `output_config` and `thinking`.
 * Effort is sent only where the caller asked for one, or for a budget of thinking: models that do not reason refuse it.
 */
export function readOutputConfig(body: JsonObject): JsonObject {
  const config = optional(readObject)(body['output_config'], 'output_config') ?? {};
  const budgeted = optional(budgetEffort)(body['thinking'], 'thinking');
  return {
    reasoning_effort: optional(choiceOf(efforts))(config['effort'], 'output_config.effort') ?? budgeted,
    response_format: optional(responseFormat)(config['format'], 'output_config.format'),
  };
}

function budgetEffort(value: unknown, field: string): string | undefined {
  const thinking = readObject(value, field);
  if (readString(thinking['type'], `${field}.type`) !== 'enabled') return undefined;
  const budget = readNumber(thinking['budget_tokens'], `${field}.budget_tokens`);
  return EFFORT_BUDGETS.find(([limit]) => budget <= limit)?.[1] ?? 'high';
}

function responseFormat(value: unknown, field: string): JsonObject {
  const format = readObject(value, field);
  if (readString(format['type'], `${field}.type`) !== 'json_schema') {
    throw invalidValue(`${field}.type`, 'must be json_schema');
  }
  const schema = readObject(format['schema'], `${field}.schema`);
  return { type: 'json_schema', json_schema: { name: 'output', schema, strict: isStrict(schema) } };
}

/** OpenAI promises to hold to a schema only where its objects demand all they name, and refuses the promise elsewhere. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (!isJsonObject(schema)) return true;
  const { type, properties, required } = schema;
  const mayBeObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
  const named = isJsonObject(properties) ? Object.keys(properties) : [];
  const demanded: readonly unknown[] = Array.isArray(required) ? required : [];
  const isClosed = schema['additionalProperties'] === false && named.every((name) => demanded.includes(name));
  return (isClosed || !mayBeObject) && Object.values(schema).every(isStrict);
}
