import type { JsonObject } from '#libs/kernel';
import type { SseEvent } from '#libs/providers';

/** What is known of an answer from the part of it that was delivered. */
export interface TrailState {
  /** The answer itself has begun. */
  readonly begun: boolean;
  readonly text: string;
  /** What every later event must repeat: the answer's id, model and time, as they were delivered. */
  readonly identity: JsonObject;
  /** Something was delivered that no assistant message can hold in front of more text. */
  readonly foreign: boolean;
  /** The answer has ended, well or not. */
  readonly over: boolean;
  /** The content block that is open, and the index of the next one (Anthropic). */
  readonly openBlock: number | undefined;
  readonly nextBlock: number;
  /** The prompt's tokens as they were delivered, in the surface's own fields. */
  readonly promptUsage: JsonObject;
  /** Output tokens that the caller has been told of. */
  readonly outputTokens: number;
}

export type ReadTrail = (state: TrailState, event: SseEvent) => TrailState;

export const noTrail: TrailState = {
  begun: false,
  text: '',
  identity: {},
  foreign: false,
  over: false,
  openBlock: undefined,
  nextBlock: 0,
  promptUsage: {},
  outputTokens: 0,
};
