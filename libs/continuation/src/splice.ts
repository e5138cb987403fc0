import type { SseEvent } from '#libs/providers';
import type { TrailState } from './trail-state.js';

export interface SpliceStart {
  /** What the caller holds. */
  readonly trail: TrailState;
  /** Output tokens of it. */
  readonly deliveredTokens: number;
  /** The comment that marks the seam. */
  readonly mark: string;
}

/** Rewrites one format's events so that they go on from what was delivered. */
export interface Splice {
  readonly restarted: boolean;
  /** Whole events for the caller, possibly none. */
  read(event: SseEvent): string;
}
