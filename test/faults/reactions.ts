import type { Delivery } from '#libs/contracts';
import type { Nature } from './fault-entry.js';
import type { ShapeName } from './shape.js';

/** What a right gateway does. Positions are those of targets in the route. */
export type Reaction = AttemptBounds &
  (
    | { readonly outcome: 'answered'; readonly by: number }
    /** One whole answer of several targets' parts. */
    | { readonly outcome: 'spliced' }
    /** Content was out: an explicit error ends the stream. */
    | { readonly outcome: 'interrupted' }
    /** The caller gets the provider's refusal. */
    | { readonly outcome: 'rejected' }
    /** Nothing is left to try: one explicit error, with Retry-After. */
    | { readonly outcome: 'exhausted' }
  );

interface AttemptBounds {
  /** The fewest and the most calls each target may get. */
  readonly attempts: readonly (readonly [least: number, most: number])[];
  /** The most calls of all targets together. */
  readonly most: number;
}

const none = [0, 0] as const;
const one = [1, 1] as const;
/** At most one repetition. */
const oneOrTwo = [1, 2] as const;

type PerShape = Readonly<Record<ShapeName, Reaction>>;

const byFirst: Reaction = { outcome: 'answered', by: 0, attempts: [one, none, none], most: 1 };
const interrupted: Reaction = { outcome: 'interrupted', attempts: [one, none, none], most: 1 };
const rejected: Reaction = { outcome: 'rejected', attempts: [one, none, none], most: 1 };
const everywhere = (reaction: Reaction): PerShape => ({
  '1': reaction,
  '2': reaction,
  '3': reaction,
  '2 down': reaction,
});

/** The next target, and never the same one again. */
const movedOn: PerShape = {
  '1': { outcome: 'exhausted', attempts: [one], most: 1 },
  '2': { outcome: 'answered', by: 1, attempts: [one, one], most: 2 },
  '3': { outcome: 'answered', by: 2, attempts: [one, one, one], most: 3 },
  '2 down': { outcome: 'exhausted', attempts: [one, one], most: 2 },
};

/** The next target; where no other of the model is left, the same one may be asked once more. */
const retried: PerShape = {
  '1': { outcome: 'exhausted', attempts: [oneOrTwo], most: 2 },
  '2': { outcome: 'answered', by: 1, attempts: [one, one], most: 2 },
  '3': { outcome: 'answered', by: 2, attempts: [oneOrTwo, oneOrTwo, one], most: 4 },
  '2 down': { outcome: 'exhausted', attempts: [oneOrTwo, oneOrTwo], most: 3 },
};

/** One failure of the first target, and none after it. */
const passing: PerShape = {
  ...retried,
  '1': { outcome: 'answered', by: 0, attempts: [[2, 2]], most: 2 },
};

/** Only another model has another window; the third target's is larger. */
const tooLong: PerShape = {
  ...everywhere(rejected),
  '3': { outcome: 'answered', by: 2, attempts: [one, none, one], most: 2 },
};

/** Before the first content token all deliveries are alike. */
const hidden = {
  served: everywhere(byFirst),
  transient: retried,
  useless: retried,
  silent: movedOn,
  lasting: movedOn,
  capacity: movedOn,
  passing,
  rejected: everywhere(rejected),
  too_long: tooLong,
} as const satisfies Partial<Record<Nature, PerShape>>;

/** What must become of a call, by delivery, nature of the fault and targets. */
export const reactions: Readonly<Record<Delivery, Readonly<Record<Nature, PerShape>>>> = {
  live: { ...hidden, broken: everywhere(interrupted), stalled: everywhere(interrupted) },
  // With targets that go on, `continuations` says more.
  continued: { ...hidden, broken: everywhere(interrupted), stalled: everywhere(interrupted) },
  // Nothing is out before all is there.
  committed: { ...hidden, broken: retried, stalled: movedOn },
};

const spliced = (...attempts: Reaction['attempts']): Reaction => ({ outcome: 'spliced', attempts, most: 2 });
const brokenOff = (most: number, ...attempts: Reaction['attempts']): Reaction => ({
  outcome: 'interrupted',
  attempts,
  most,
});

/** Only the other model's target goes on with others' answers. */
const onThird: PerShape = { ...everywhere(interrupted), '3': spliced(one, none, one) };

/**
 * What must become of a stream that fails after its first content, by who goes on with others' answers: the pinned model's
 * targets, where the fault meets the second one too, or only the third. What broke may be asked once more.
 */
export const continuations: Readonly<Record<'broken' | 'stalled', Readonly<Record<'first' | 'third', PerShape>>>> = {
  broken: {
    first: {
      '1': brokenOff(2, oneOrTwo),
      '2': spliced(one, one),
      '3': brokenOff(3, one, oneOrTwo, none),
      '2 down': brokenOff(3, oneOrTwo, oneOrTwo),
    },
    third: onThird,
  },
  stalled: {
    first: {
      '1': brokenOff(1, one),
      '2': spliced(one, one),
      '3': brokenOff(2, one, one, none),
      '2 down': brokenOff(2, one, one),
    },
    third: onThird,
  },
};
