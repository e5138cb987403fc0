import type { JsonObject } from '#libs/kernel';
import { pick, unsupported } from './fields.js';

interface Refused {
  /** What the caller can do about it. */
  readonly refused: string;
  /** The values that ask for nothing, and may be left out. */
  readonly unless?: (value: unknown) => boolean;
}

/**
 * What becomes of a request parameter on its way to the other family.
 * `dropped` is for hints alone: without them the answer costs or looks a little different, but means the same.
 */
export type ParameterRule = 'translated' | 'dropped' | Refused;

export type ParameterPolicy = { readonly [parameter: string]: ParameterRule };

const unknownParameter: Refused = { refused: 'it is not known here; remove it' };

/** @throws GatewayError `unsupported_parameter` for the first parameter that would change the meaning if it were left out. */
export function enforcePolicy(body: JsonObject, policy: ParameterPolicy): void {
  for (const [parameter, value] of Object.entries(body)) {
    const rule = pick(policy, parameter) ?? unknownParameter;
    if (value === null || typeof rule === 'string' || rule.unless?.(value)) continue;
    throw unsupported(parameter, rule.refused);
  }
}
