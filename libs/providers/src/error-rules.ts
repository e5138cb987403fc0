import type { FaultClass } from '#libs/contracts';

/**
 * How vendors say what went wrong. `label`: a name that the vendor gave the error counts under any status of `statuses`.
 * `text`: so do words of its message, but a message may echo the request, so each rule reads it only under statuses where
 * a caller gains nothing by that.
 */
export interface ErrorRule {
  readonly fault: FaultClass;
  readonly label?: RegExp;
  readonly text?: RegExp;
  readonly statuses?: (status: number) => boolean;
}

const among =
  (...statuses: readonly number[]) =>
  (status: number): boolean =>
    statuses.includes(status);

const ofCapacity = (status: number): boolean => status === 429 || status === 498 || status >= 500;
const ofRequest = among(400, 413, 422);

/** Whichever window is named first, so that an hourly or shorter limit with a word on the daily one is none of these. */
const LONG_WINDOW =
  /^(?:(?!per[-_ ]?(?:sec|min|hour))[\s\S])*?(?:per[-_ ]?(?:day|month)|\bdaily\b|\bmonthly\b|\((?:rpd|tpd)\))/;

const CONTEXT_TEXT = new RegExp(
  [
    'maximum context length',
    'maximum prompt length',
    String.raw`exceed\w*[^.\n]{0,40} context`,
    'context (?:window|length) exceed',
    'longer than the [^.]{0,40}length',
    '(?:prompt|input)(?: is)? too long',
    'input token count[^.]{0,40}(?:exceeds|only supports)',
    'input length[^.]{0,40}exceed',
    'reduce the length of',
    'range of input length',
    'exceeded model token limit',
    'max_tokens must be at least 1, got -',
  ].join('|'),
);

const CONGESTION_TEXT = new RegExp(
  [
    'overloaded',
    String.raw`\b(?:at|over|no) capacity`,
    'capacity (?:exceeded|is )',
    'high (?:demand|traffic|load)',
    'peak load',
    'too busy',
    'server is (?:currently )?busy',
    '(?:is|still|currently) loading',
    // A router's own quota at a vendor is nobody's key of ours.
    'rate-limited upstream',
    // Vertex has no quotas of one's own any more: this is what it says when the shared capacity is used up.
    'resource exhausted\\. please try again later',
  ].join('|'),
);

const MONEY_TEXT = new RegExp(
  [
    'insufficient (?:account )?(?:balance|credit|funds)',
    'spend(?:ing)? limit',
    'credit balance',
    'more credits',
    'monthly included credits',
    'all (?:of your |your )?(?:available )?credits',
    '(?:out of|no) credits',
    'key limit exceeded',
    'requires billing',
    // A quota of nothing does not come back: the plan has none for this model.
    String.raw`quota exceeded for metric[^\n]*limit: 0\b`,
  ].join('|'),
);

const REFUSAL_TEXT = new RegExp(
  [
    'content (?:management |filtering |filter )?policy',
    'content moderation',
    'usage (?:policy|policies|guidelines)',
    'content exists risk',
    'was flagged',
    'requires moderation',
    'safety system',
  ].join('|'),
);

/** The first that fits decides. */
export const errorRules: readonly ErrorRule[] = [
  { fault: 'rate_limited', label: /^openrouter_in_flight_budget$/ },
  {
    fault: 'money_gone',
    label:
      /^(?:insufficient_(?:quota|balance|credits?|funds)|billing_.*|credit_.*|payment_required|arrearage|.*_spend_limit_(?:exceeded|reached)|.*usage_limit_exceeded|exceeded_current_quota_error)$/,
    // Anthropic says this with a plain 400; the text is the only sign that not the request is wrong.
    text: /^your credit balance is too low/,
  },
  { fault: 'money_gone', text: MONEY_TEXT, statuses: among(402, 403, 412, 429) },
  { fault: 'daily_quota', label: /per_?day|daily/, text: LONG_WINDOW, statuses: among(429) },
  { fault: 'daily_quota', text: /call volume quota|quota will be replenished/, statuses: among(403, 429) },
  {
    fault: 'refused',
    label: /^content_?(?:filter|policy|blocked)|^responsibleaipolicyviolation|^moderation|^data_inspection_failed/,
  },
  { fault: 'refused', text: REFUSAL_TEXT, statuses: among(400, 403, 422, 451) },
  {
    fault: 'overloaded',
    label:
      /overload|capacity|^(?:server_?busy|unavailable|queue_exceeded|model_?not_?ready|service_?unavailable|slow_down)/,
    text: CONGESTION_TEXT,
    statuses: ofCapacity,
  },
  {
    fault: 'rate_limited',
    label: /^rate_?limit|^too_many_|^throttl|^resource_exhausted$|(?:token|request)_quota_exceeded$/,
  },
  {
    fault: 'context_length',
    label:
      /^context_(?:length|window)|^request_too_large|^tokens_limit_reached|^exceed_context_size|prompt_tokens_exceeded/,
  },
  { fault: 'context_length', text: CONTEXT_TEXT, statuses: ofRequest },
  // The caller names a route, not a provider's model, and not where we call from: that is ours and the provider's affair.
  {
    fault: 'provider_error',
    label: /^model_(?:not_|decommissioned|deprecated)|^deployment_?not_?found|^unsupported_country/,
  },
  {
    fault: 'provider_error',
    text: /^model: |access to (?:the )?model|\bmodel\b.{0,120}(?:does not exist|not found|not supported|not available)|no endpoints found|deployment .{0,40}does not exist|unsupported countr/,
    statuses: among(403, 404),
  },
];
