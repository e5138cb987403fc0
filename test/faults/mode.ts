/** What one way of running the scoreboard found. */
export interface ModeResult {
  readonly text: string;
  readonly json: unknown;
  /** Every figure is what it must be. */
  readonly right: boolean;
}
