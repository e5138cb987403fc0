import type { FaultParameters } from './fault.js';
import type { ScriptFault } from './script-faults.js';

type Claim = NonNullable<FaultParameters['says']>;

const isRemaining = (name: string): boolean => /ratelimit-.*remaining|remaining-/.test(name);
const isReset = (name: string): boolean => /ratelimit-.*reset/.test(name);

/** Rate-limit headers that have nothing to do with what is true; the answer itself stays as it is. */
export const lyingLimits: ScriptFault = (script, { parameters }) => {
  const { says = 'plenty' } = parameters;
  const headers = Object.fromEntries(
    Object.entries(script.headers).map(([name, value]) => [name, claim(name, says) ?? value]),
  );
  return { ...script, headers };
};

function claim(name: string, says: Claim): string | undefined {
  if (isRemaining(name)) return { plenty: '999999', nothing: '0', nonsense: '-1' }[says];
  if (isReset(name) && says === 'nonsense') return 'NaN';
  return undefined;
}
