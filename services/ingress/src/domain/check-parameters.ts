import { GatewayError } from '#libs/kernel';
import type { JsonKind, ParameterRule, SurfaceDefinition } from '#libs/surfaces';
import type { Field, ScannedBody } from './scan-body.js';

/** A scanned body with the bytes it was scanned from. */
export interface ReadableBody extends ScannedBody {
  readonly bytes: Uint8Array;
}

/**
 * Holds the body's root parameters against the surface's table: known, of the right type, in range.
 * @throws GatewayError `unsupported_parameter`, `missing_field`, `invalid_type`, `invalid_value`, naming the field
 */
export function checkParameters(body: ReadableBody, surface: SurfaceDefinition, extra: readonly string[]): void {
  for (const [name, field] of body.fields) {
    // Own properties only: a parameter named `constructor` is unknown, whatever objects inherit.
    const rule = Object.hasOwn(surface.parameters, name) ? surface.parameters[name] : undefined;
    if (rule) checkValue(name, field, { rule, body });
    if (extra.includes(name)) continue;
    if (!rule) throw unsupported(name);
    if (rule.refused && field.kind !== 'null') throw refused(name, rule.refused);
  }
  for (const name of requiredOf(surface)) {
    if (!body.fields.has(name))
      throw new GatewayError('missing_field', `${name} is missing; it is required`, { field: name });
  }
}

const required = new WeakMap<SurfaceDefinition, readonly string[]>();

/** Asked for with every call, of tables that never change. */
function requiredOf(surface: SurfaceDefinition): readonly string[] {
  const known = required.get(surface);
  if (known) return known;
  const names = Object.entries(surface.parameters).flatMap(([name, rule]) => (rule.required ? [name] : []));
  required.set(surface, names);
  return names;
}

/** The value of a small field, parsed. */
export function valueOf(body: ReadableBody, name: string): unknown {
  const field = body.fields.get(name);
  return field && JSON.parse(textOf(body, field));
}

function textOf(body: ReadableBody, { start, end }: Field): string {
  return Buffer.from(body.bytes.buffer, body.bytes.byteOffset + start, end - start).toString();
}

function unsupported(name: string): GatewayError {
  const shown = name.slice(0, 64);
  const message = `the parameter ${JSON.stringify(shown)} is not supported; remove it (an operator can allow it in extraParameters)`;
  return new GatewayError('unsupported_parameter', message, { field: shown });
}

function refused(name: string, fix: string): GatewayError {
  return new GatewayError('unsupported_parameter', `the parameter ${name} is not supported; ${fix}`, { field: name });
}

interface Judged {
  readonly rule: ParameterRule;
  readonly body: ReadableBody;
}

function checkValue(name: string, field: Field, { rule, body }: Judged): void {
  if (!rule.kinds.some((kind) => isOf(kind, field))) {
    const kinds = rule.kinds.filter((kind) => kind !== 'null').join(' or ');
    throw new GatewayError('invalid_type', `${name} must be of type ${kinds}, not ${field.kind}`, { field: name });
  }
  if (rule.nonEmpty && isEmpty(field, body)) {
    throw new GatewayError('invalid_value', `${name} must not be empty`, { field: name });
  }
  if (field.number !== undefined) checkRange(name, field.number, rule);
}

function isOf(kind: JsonKind, field: Field): boolean {
  if (kind === 'any') return true;
  return kind === 'integer' ? Number.isInteger(field.number) : field.kind === kind;
}

function isEmpty(field: Field, body: ReadableBody): boolean {
  if (field.kind === 'string') return field.end - field.start === '""'.length;
  return field.end - field.start < 64 && /^\[\s*\]$/.test(textOf(body, field));
}

function checkRange(name: string, value: number, { min = -Infinity, max = Infinity }: ParameterRule): void {
  if (Number.isFinite(value) && value >= min && value <= max) return;
  const range = [min > -Infinity ? `at least ${min}` : '', max < Infinity ? `at most ${max}` : '']
    .filter(Boolean)
    .join(' and ');
  throw new GatewayError('invalid_value', `${name} must be ${range || 'a finite number'}`, { field: name });
}
