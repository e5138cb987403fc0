/** Where time comes from. Everything that decides takes one, so that it can run under simulated time. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch: for records and for times that other processes read. */
  now(): number;
  /** Monotonic milliseconds with fractions: for durations. Its zero means nothing. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
