import { systemClock } from '#libs/kernel';

/** One Ctrl-C arrives several times: from the terminal, from npm, and from the script that started us. */
const SAME_WITHIN_MS = 1_000;

/**
 * Calls `first` once, when we are asked to end or when who started us is gone, and `again` on a second Ctrl-C.
 */
export function onInterrupt(first: () => void, again: () => void): void {
  let firstAt: number | undefined;
  const interrupt = (): void => {
    if (firstAt === undefined) {
      firstAt = systemClock.monotonic();
      first();
    } else if (systemClock.monotonic() - firstAt > SAME_WITHIN_MS) {
      again();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  process.once('disconnect', interrupt);
}
