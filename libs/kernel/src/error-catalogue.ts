/** Every error code a caller or an operator can meet, with its HTTP status. Codes are stable: add, never rename. */
export const errorCatalogue = {
  // The request itself.
  invalid_json: 400,
  invalid_type: 400,
  invalid_value: 400,
  missing_field: 400,
  duplicate_field: 400,
  nesting_too_deep: 400,
  unsupported_parameter: 400,
  context_length_exceeded: 400,
  unsupported_media_type: 415,
  body_too_large: 413,
  request_timeout: 408,
  not_found: 404,
  method_not_allowed: 405,
  // Who asks, and what they may use.
  missing_key: 401,
  invalid_key: 401,
  forbidden: 403,
  route_not_found: 404,
  route_forbidden: 403,
  no_lawful_target: 403,
  // The gateway.
  overloaded: 503,
  no_dispatcher: 503,
  no_policy: 503,
  not_ready: 503,
  internal_error: 500,
  // The providers.
  provider_rejected: 400,
  targets_exhausted: 503,
  targets_rate_limited: 429,
  targets_timed_out: 504,
  stream_interrupted: 502,
  dispatcher_lost: 502,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorCatalogue;
