/** A drain that hangs must not keep the process: longer than the longest polite drain, shorter than an orchestrator's kill. */
const STOP_WITHIN_MS = 25_000;

/** Stops once, on the first signal, or when the parent that started us is gone. */
export function onStop(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const cause of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'] as const) process.on(cause, end);
}

/** Tells the parent, where there is one, that work can begin. */
export function reportReady(details: Readonly<Record<string, unknown>>): void {
  process.send?.({ ready: true, ...details });
}

/** One line that a person can act on, then the end. */
export function reportFailure(service: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`breakwater ${service}: ${message}\n`);
  process.exit(1);
}
