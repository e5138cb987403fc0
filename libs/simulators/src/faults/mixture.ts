import type { Random } from '#libs/kernel';
import type { ActiveFault } from './fault.js';
import { faultKindNames } from './fault.js';

const defaultKinds = 'rate-limit,unavailable,hang';

/** Another fault for every call: `mixed` is no fault itself, and becomes one of its kinds. */
export function oneOfMixture(fault: ActiveFault, random: Random): ActiveFault {
  if (fault.kind !== 'mixed') return fault;
  const { kinds = defaultKinds, ...others } = fault;
  const names = kinds.split(',');
  const drawn = names[Math.floor(random() * names.length)];
  const kind = faultKindNames.find((name) => name === drawn) ?? fault.kind;
  return { ...others, kind };
}
