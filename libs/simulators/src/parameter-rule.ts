import { isJsonObject } from '#libs/kernel';

export type ParameterType = 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object' | 'any';

/** What a provider accepts as one parameter. A `null` counts as absent unless the parameter is required. */
export interface ParameterRule {
  readonly type: ParameterType;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly values?: readonly string[];
}

/** The first way in which a value breaks its rule, for a provider to put into its own words. */
export type Breach =
  | { readonly kind: 'type'; readonly type: ParameterType; readonly value: unknown }
  | { readonly kind: 'below'; readonly type: ParameterType; readonly minimum: number; readonly value: number }
  | { readonly kind: 'above'; readonly type: ParameterType; readonly maximum: number; readonly value: number }
  | { readonly kind: 'value'; readonly values: readonly string[]; readonly value: string };

const matches: Readonly<Record<ParameterType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  array: Array.isArray,
  object: isJsonObject,
  any: () => true,
};

export function findBreach(value: unknown, rule: ParameterRule): Breach | undefined {
  const { type, minimum, maximum, values } = rule;
  if (!matches[type](value)) return { kind: 'type', type, value };
  if (typeof value === 'number' && minimum !== undefined && value < minimum) {
    return { kind: 'below', type, minimum, value };
  }
  if (typeof value === 'number' && maximum !== undefined && value > maximum) {
    return { kind: 'above', type, maximum, value };
  }
  if (typeof value === 'string' && values !== undefined && !values.includes(value)) {
    return { kind: 'value', values, value };
  }
  return undefined;
}

/** The name of a value's type as error messages use it. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  return typeof value;
}
