import { GatewayError, isJsonObject, type JsonObject } from '#libs/kernel';
import { findBreach, type Breach, type ParameterRule } from '../parameter-rule.js';
import {
  cutModes,
  faultKindNames,
  limitClaims,
  retryAfterForms,
  stickyBy,
  wrongUsages,
  type FaultDefinition,
  type FaultKindName,
  type FaultParameter,
} from './fault.js';
import { canBeMixed, faultKinds } from './fault-kinds.js';

const anHour = 3_600_000;

const parameterRules: Readonly<Record<FaultParameter, ParameterRule>> = {
  retryAfterSeconds: { type: 'integer', minimum: 0, maximum: 86_400 },
  retryAfterForm: { type: 'string', values: retryAfterForms },
  retryAfterText: { type: 'string' },
  code: { type: 'string' },
  requestsPerMinute: { type: 'number', minimum: 1, maximum: 1_000_000_000 },
  tokensPerMinute: { type: 'number', minimum: 1, maximum: 1_000_000_000_000 },
  callsPerSecond: { type: 'number', minimum: 0, maximum: 1_000_000 },
  relapseMs: { type: 'integer', minimum: 0, maximum: anHour },
  contextTokens: { type: 'integer', minimum: 0 },
  kinds: { type: 'string' },
  usage: { type: 'string', values: wrongUsages },
  says: { type: 'string', values: limitClaims },
  factor: { type: 'number', minimum: 1, maximum: 10_000 },
  delayMs: { type: 'integer', minimum: 0, maximum: anHour },
  tokenMs: { type: 'integer', minimum: 0, maximum: anHour },
  afterTokens: { type: 'integer', minimum: 0, maximum: 1_000_000 },
  mode: { type: 'string', values: cutModes },
  pings: { type: 'boolean' },
  reported: { type: 'string' },
  bytes: { type: 'integer', minimum: 1, maximum: 64 * 1024 * 1024 },
};

const commonRules: ReadonlyMap<string, ParameterRule> = new Map(
  Object.entries<ParameterRule>({
    id: { type: 'string' },
    channel: { type: 'string' },
    model: { type: 'string' },
    kind: { type: 'string', values: faultKindNames },
    percent: { type: 'number', minimum: 0, maximum: 100 },
    credential: { type: 'string' },
    minPromptTokens: { type: 'integer', minimum: 0 },
    maxPromptTokens: { type: 'integer', minimum: 0 },
    sticky: { type: 'string', values: stickyBy },
    startAfterMs: { type: 'integer', minimum: 0, maximum: 24 * anHour },
    onsetMs: { type: 'integer', minimum: 0, maximum: 24 * anHour },
    periodMs: { type: 'integer', minimum: 1, maximum: 24 * anHour },
    durationMs: { type: 'integer', minimum: 1, maximum: 24 * anHour },
    recoveryMs: { type: 'integer', minimum: 0, maximum: 24 * anHour },
    seed: { type: 'integer', minimum: 0 },
    stream: { type: 'boolean' },
  }),
);

/** Checks a fault from outside. Throws a `GatewayError` that names the field and the fix. */
export function parseFault(value: unknown, channels: readonly string[]): FaultDefinition {
  if (!isJsonObject(value))
    throw new GatewayError('invalid_type', 'A fault is a JSON object with `channel` and `kind`.');
  for (const field of ['channel', 'kind']) {
    if (value[field] === undefined) throw problem('missing_field', field, `give one, for example ${examples[field]}`);
  }
  if (!isFaultFields(value)) throw problem('invalid_type', 'kind', 'give a text');
  if (value.channel !== '*' && !channels.includes(value.channel)) {
    throw problem('invalid_value', 'channel', `use \`*\` or one of ${channels.join(', ')}`);
  }
  return value;
}

const examples: Readonly<Record<string, string>> = { channel: '`*`', kind: '`overloaded`' };

/** Every field is known to the kind and holds what its rule wants; the type follows from that. */
function isFaultFields(value: JsonObject): value is JsonObject & FaultDefinition {
  const { kind } = value;
  if (!isFaultKind(kind)) throw problem('invalid_value', 'kind', `use one of ${faultKindNames.join(', ')}`);
  const own = faultKinds[kind].parameters;
  for (const [field, content] of Object.entries(value)) {
    const rule = commonRules.get(field) ?? own.filter((name) => name === field).map((name) => parameterRules[name])[0];
    if (rule === undefined) {
      const takes = own.length === 0 ? 'no parameters of its own' : own.join(', ');
      throw problem('unsupported_parameter', field, `leave it out; besides the common fields ${kind} takes ${takes}`);
    }
    const breach = findBreach(content, rule);
    if (breach !== undefined) throw problem('invalid_value', field, fix(breach));
  }
  checkMixture(value['kinds']);
  if (value['recoveryMs'] !== undefined && value['durationMs'] === undefined) {
    throw problem('invalid_value', 'recoveryMs', 'give `durationMs` too; the recovery comes after it');
  }
  return true;
}

function checkMixture(kinds: unknown): void {
  if (typeof kinds !== 'string') return;
  const fit = (kind: string): boolean => isFaultKind(kind) && canBeMixed(faultKinds[kind]);
  if (kinds.split(',').every(fit)) return;
  const all = faultKindNames.filter((name) => canBeMixed(faultKinds[name]));
  throw problem('invalid_value', 'kinds', `give some of ${all.join(', ')}, separated by commas`);
}

export function isFaultKind(kind: unknown): kind is FaultKindName {
  return faultKindNames.some((name) => name === kind);
}

function fix(breach: Breach): string {
  switch (breach.kind) {
    case 'type':
      return `give ${breach.type === 'integer' ? 'a whole number' : `a ${breach.type}`}`;
    case 'below':
      return `give at least ${breach.minimum}`;
    case 'above':
      return `give at most ${breach.maximum}`;
    case 'value':
      return `use one of ${breach.values.join(', ')}`;
  }
}

type Code = 'missing_field' | 'invalid_type' | 'invalid_value' | 'unsupported_parameter';

function problem(code: Code, field: string, advice: string): GatewayError {
  return new GatewayError(code, `The fault's field \`${field}\` is not right: ${advice}.`, { field });
}
