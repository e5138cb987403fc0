import type { Plan } from '#libs/contracts';
import type { ResolvedTarget } from './resolve-targets.js';

/** How a request was decided, for its caller; on answers and errors alike. */
export interface Decided {
  readonly plan: Plan;
  readonly attempts: number;
  readonly served?: ResolvedTarget;
  /** The served version as the provider reported it. */
  readonly servedVersion?: string;
  /** Why another model than the pinned one answered. */
  readonly substitutionReason?: string;
}

export function decisionHeaders(decided: Decided): Readonly<Record<string, string>> {
  const { plan, served, attempts, substitutionReason } = decided;
  const substituted = substitutionReason && served ? `${plan.model} -> ${served.model.id}` : 'none';
  return {
    'x-breakwater-route': headerValue(plan.route),
    'x-breakwater-revision': String(plan.revision),
    'x-breakwater-attempts': String(attempts),
    'x-breakwater-model': headerValue(served?.model.id ?? 'none'),
    'x-breakwater-version': headerValue(decided.servedVersion ?? served?.target.providerModel ?? 'none'),
    'x-breakwater-channel': headerValue(served?.channel.id ?? 'none'),
    'x-breakwater-substitution': headerValue(substituted),
    'x-breakwater-substitution-reason': headerValue(substitutionReason ?? 'none'),
  };
}

const LONGEST = 200;
const PLAIN = /^[\x20-\x7e]*$/;

/** A provider may name its version as it likes: a header that cannot be sent would cost the caller the answer. */
function headerValue(text: string): string {
  if (text.length <= LONGEST && PLAIN.test(text)) return text;
  return text.slice(0, LONGEST).replaceAll(/[^\x20-\x7e]/g, '?');
}
