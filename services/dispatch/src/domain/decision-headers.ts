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
  const headers = {
    'x-breakwater-route': plan.route,
    'x-breakwater-revision': String(plan.revision),
    'x-breakwater-attempts': String(attempts),
    'x-breakwater-model': served?.model.id ?? 'none',
    'x-breakwater-version': decided.servedVersion ?? served?.target.providerModel ?? 'none',
    'x-breakwater-channel': served?.channel.id ?? 'none',
    'x-breakwater-substitution': substitutionReason && served ? `${plan.model} -> ${served.model.id}` : 'none',
    'x-breakwater-substitution-reason': substitutionReason ?? 'none',
  };
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerValue(value)]));
}

const LONGEST = 200;

/** A provider may name its version as it likes: a header that cannot be sent would cost the caller the answer. */
function headerValue(text: string): string {
  return text.slice(0, LONGEST).replaceAll(/[^\x20-\x7e]/g, '?');
}
