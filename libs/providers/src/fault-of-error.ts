import type { FaultClass } from '#libs/contracts';
import type { ErrorFields } from './error-fields.js';
import { errorRules } from './error-rules.js';
import type { AnswerFault } from './translator.js';

/** Statuses with a meaning of their own; any other 4xx is the client's error, all else the provider's. */
const FAULT_OF_STATUS: { readonly [status: number]: FaultClass } = {
  401: 'bad_credential',
  402: 'money_gone',
  403: 'bad_credential',
  408: 'provider_error',
  409: 'provider_error',
  413: 'context_length',
  // Misdirected, locked, or failed behind it: nothing that the caller wrote.
  421: 'provider_error',
  423: 'provider_error',
  424: 'provider_error',
  425: 'provider_error',
  429: 'rate_limited',
  498: 'overloaded',
  499: 'overloaded',
  503: 'overloaded',
  529: 'overloaded',
};

/** The fault of an answer with this status and error. */
export function faultOf(status: number, error: ErrorFields): FaultClass {
  const named = faultNamed(status, error);
  if (named !== undefined) return named;
  // Without a word from the API itself, the path or a gate in front of it is what refused us.
  const isMute = error.message === undefined && error.labels.length === 0;
  if (isMute && (status === 403 || status === 404)) return 'provider_error';
  return FAULT_OF_STATUS[status] ?? (status >= 400 && status < 500 ? 'client_error' : 'provider_error');
}

function faultNamed(status: number, { labels, text }: ErrorFields): FaultClass | undefined {
  return errorRules.find(
    (rule) =>
      (rule.statuses?.(status) ?? true) &&
      (labels.some((label) => rule.label?.test(label)) || (rule.text?.test(text) ?? false)),
  )?.fault;
}

/** What an error inside an answer of status 200 may say of the provider or the request; any other is a broken answer. */
const IN_BAND: ReadonlySet<FaultClass> = new Set<FaultClass>([
  'rate_limited',
  'money_gone',
  'daily_quota',
  'overloaded',
  'context_length',
  'refused',
]);

/** The fault of an error that came inside an answer of status 200. Its code may be the status that it would have had. */
export function inBandFault(error: ErrorFields): AnswerFault {
  const status = Number(error.code);
  const fault = faultOf(status >= 400 && status < 600 ? status : 500, error);
  const label = error.code ?? error.type ?? 'error';
  return {
    fault: IN_BAND.has(fault) ? fault : 'error_event',
    detail: error.message === undefined ? label : `${label}: ${error.message}`,
  };
}
