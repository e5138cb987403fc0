import type { FaultClass } from '#libs/contracts';
import type { ErrorFields } from './error-fields.js';
import type { AnswerFault } from './translator.js';

/** Types and codes that mean the account is out of money or of its long-term quota: waiting does not help. */
const EXHAUSTED =
  /^(?:insufficient_quota|billing_.*|credit_.*|.*_spend_limit_(?:exceeded|reached)|.*usage_limit_exceeded)$/;

/** Anthropic says this with a plain 400 `invalid_request_error`; the text is the only sign that not the request is wrong. */
const LOW_CREDIT = /^your credit balance is too low/i;

const OVERLOADED = /overloaded/;
const RATE_LIMITED = /^rate_limit/;

/** What an error says by its type and code alone, whatever its status; `undefined` where they do not decide. */
export function faultNamed(error: ErrorFields): FaultClass | undefined {
  const labels = [error.type ?? '', error.code ?? ''];
  if (labels.some((label) => EXHAUSTED.test(label)) || LOW_CREDIT.test(error.message ?? '')) return 'money_gone';
  if (labels.some((label) => OVERLOADED.test(label))) return 'overloaded';
  if (labels.some((label) => RATE_LIMITED.test(label))) return 'rate_limited';
  return undefined;
}

/** The fault of an error that came inside an answer of status 200. */
export function inBandFault(error: ErrorFields): AnswerFault {
  const label = error.code ?? error.type ?? 'error';
  return {
    fault: faultNamed(error) ?? 'error_event',
    detail: error.message === undefined ? label : `${label}: ${error.message}`,
  };
}
