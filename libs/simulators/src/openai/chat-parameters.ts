import type { JsonObject } from '#libs/kernel';
import type { Refusal } from '../dialect.js';
import { findBreach, typeNameOf, type Breach, type ParameterRule, type ParameterType } from '../parameter-rule.js';

const rules: ReadonlyMap<string, ParameterRule> = new Map(
  Object.entries<ParameterRule>({
    model: { type: 'string' },
    messages: { type: 'array' },
    audio: { type: 'object' },
    frequency_penalty: { type: 'number', minimum: -2, maximum: 2 },
    function_call: { type: 'any' },
    functions: { type: 'array' },
    logit_bias: { type: 'object' },
    logprobs: { type: 'boolean' },
    max_completion_tokens: { type: 'integer', minimum: 1 },
    max_tokens: { type: 'integer', minimum: 1 },
    metadata: { type: 'object' },
    modalities: { type: 'array' },
    moderation: { type: 'object' },
    n: { type: 'integer', minimum: 1, maximum: 128 },
    parallel_tool_calls: { type: 'boolean' },
    prediction: { type: 'object' },
    presence_penalty: { type: 'number', minimum: -2, maximum: 2 },
    prompt_cache_key: { type: 'string' },
    prompt_cache_options: { type: 'object' },
    prompt_cache_retention: { type: 'string' },
    reasoning_effort: { type: 'string', values: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] },
    response_format: { type: 'object' },
    safety_identifier: { type: 'string' },
    seed: { type: 'integer' },
    service_tier: { type: 'string', values: ['auto', 'default', 'flex', 'scale', 'priority', 'fast'] },
    stop: { type: 'any' },
    store: { type: 'boolean' },
    stream: { type: 'boolean' },
    stream_options: { type: 'object' },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    tool_choice: { type: 'any' },
    tools: { type: 'array' },
    top_logprobs: { type: 'integer', minimum: 0, maximum: 20 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
    user: { type: 'string' },
    verbosity: { type: 'string', values: ['low', 'medium', 'high'] },
    web_search_options: { type: 'object' },
  }),
);

export function invalid(message: string, details: { param?: string; code?: string; status?: number } = {}): Refusal {
  return { status: 400, type: 'invalid_request_error', message, ...details };
}

/** Root parameters: known, of the right type, in range, and allowed together. */
export function checkParameters(body: JsonObject): Refusal | undefined {
  const unknown = Object.keys(body).find((name) => !rules.has(name));
  if (unknown !== undefined) return invalid(`Unrecognized request argument supplied: ${unknown}`);
  if (typeof body['model'] !== 'string' || body['model'] === '') return invalid('you must provide a model parameter');
  if (body['messages'] === undefined) {
    const code = 'missing_required_parameter';
    return invalid("Missing required parameter: 'messages'.", { param: 'messages', code });
  }
  return firstBreach(body) ?? checkCombinations(body);
}

function firstBreach(body: JsonObject): Refusal | undefined {
  for (const [param, rule] of rules) {
    const value = body[param];
    if (value === undefined || (value === null && param !== 'messages')) continue;
    const breach = findBreach(value, rule);
    if (breach !== undefined) return refusalOf(param, breach);
  }
  return undefined;
}

const articles: Readonly<Record<ParameterType, string>> = {
  string: 'a string',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a decimal',
  array: 'an array of objects',
  object: 'an object',
  any: 'a value',
};

export function refusalOf(param: string, breach: Breach): Refusal {
  switch (breach.kind) {
    case 'type': {
      const got = typeNameOf(breach.value);
      const name = `${/^[aeiou]/.test(got) ? 'an' : 'a'} ${got}`.replace('a null', 'null');
      const message = `Invalid type for '${param}': expected ${articles[breach.type]}, but got ${name} instead.`;
      return invalid(message, { param, code: 'invalid_type' });
    }
    case 'below':
      return outOfRange(param, breach, { side: 'below minimum', sign: '>=', limit: breach.minimum, code: 'below_min' });
    case 'above':
      return outOfRange(param, breach, { side: 'above maximum', sign: '<=', limit: breach.maximum, code: 'above_max' });
    case 'value':
      return invalidValue(param, breach.value, breach.values);
  }
}

interface Side {
  readonly side: string;
  readonly sign: string;
  readonly limit: number;
  readonly code: string;
}

function outOfRange(param: string, breach: { type: ParameterType; value: number }, side: Side): Refusal {
  const name = breach.type === 'integer' ? 'integer' : 'decimal';
  const expected = `Expected a value ${side.sign} ${side.limit}, but got ${breach.value} instead.`;
  const code = `${name}_${side.code}_value`;
  return invalid(`Invalid '${param}': ${name} ${side.side} value. ${expected}`, { param, code });
}

export function invalidValue(param: string, value: string, allowed: readonly string[]): Refusal {
  const quoted = allowed.map((item) => `'${item}'`);
  const supported = `${quoted.slice(0, -1).join(', ')}${quoted.length > 1 ? ', and ' : ''}${quoted.at(-1) ?? ''}`;
  const message = `Invalid value: '${value}'. Supported values are: ${supported}.`;
  return invalid(message, { param, code: 'invalid_value' });
}

function checkCombinations(body: JsonObject): Refusal | undefined {
  const given = (name: string): boolean => body[name] !== undefined && body[name] !== null;
  if (given('stream_options') && body['stream'] !== true) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
    return invalid(message, { param: 'stream_options' });
  }
  if (given('max_tokens') && given('max_completion_tokens')) {
    const message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
    return invalid(message, { param: 'max_tokens', code: 'invalid_parameter_combination' });
  }
  if (given('tool_choice') && body['tool_choice'] !== 'none' && !given('tools')) {
    const message = "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.";
    return invalid(message, { param: 'tool_choice' });
  }
  return undefined;
}
