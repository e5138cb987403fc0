import type { JsonObject } from '#libs/kernel';
import { choiceOf, invalidValue, optional, readObject, readString, unsupported } from '../cross-family/fields.js';

/** Anthropic's lowest effort stands for OpenAI's lowest; `none` turns thinking off. */
const efforts = {
  none: 'none',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
};

/** `output_config` and `thinking` of an Anthropic request, from `response_format` and `reasoning_effort`. */
export function readOutputConfig(body: JsonObject): JsonObject {
  const asked = optional(choiceOf(efforts))(body['reasoning_effort'], 'reasoning_effort');
  const effort = asked === 'none' ? undefined : asked;
  const format = optional(outputFormat)(body['response_format'], 'response_format');
  return {
    thinking: asked === 'none' ? { type: 'disabled' } : undefined,
    output_config: effort === undefined && format === undefined ? undefined : { effort, format },
  };
}

function outputFormat(value: unknown, field: string): JsonObject | undefined {
  const format = readObject(value, field);
  const type = readString(format['type'], `${field}.type`);
  if (type === 'text') return undefined;
  if (type === 'json_object') throw unsupported(field, 'use `json_schema`, which both families know');
  if (type !== 'json_schema') throw invalidValue(`${field}.type`, 'must be text or json_schema');
  const described = readObject(format['json_schema'], `${field}.json_schema`);
  return { type: 'json_schema', schema: readObject(described['schema'], `${field}.json_schema.schema`) };
}
