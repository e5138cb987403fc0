import type { LimitKind, LimitReading } from '#libs/contracts';
import type { ErrorFields } from './error-fields.js';

/** Of each kind, how vendors name it; the narrower first. */
const KINDS: readonly (readonly [LimitKind, RegExp])[] = [
  ['input_tokens', /(?:input|prompt)[-_ ]?tokens?[-_ ]?per|input_?token_?count|contentinputtokens/],
  ['output_tokens', /(?:output|completion)[-_ ]?tokens?[-_ ]?per/],
  ['tokens', /^tokens$|tokens?[-_ ]?per|token[-_ ](?:rate|quota)|too many tokens|\(tp[md]\)/],
  [
    'requests',
    /^requests$|requests?[-_ ]?per|models-per|request[-_ ](?:rate|quota)|call rate|requests rate|too many requests|concurren|\(rp[md]\)/,
  ],
];

/** Which limit refused the call: as the provider names it, or the one that its headers show used up. */
export function limitOf(error: ErrorFields, readings: readonly LimitReading[]): LimitKind | undefined {
  const said = [...error.labels, error.text];
  const named = KINDS.find(([, pattern]) => said.some((words) => pattern.test(words)));
  return named?.[0] ?? readings.find(({ remaining }) => remaining === 0)?.kind;
}
