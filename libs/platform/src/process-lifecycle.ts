/** A drain that hangs must not keep the process: longer than the longest polite drain, shorter than an orchestrator's kill. */
const STOP_WITHIN_MS = 25_000;

/** Stops once, on the first signal, or when the parent that started us is gone. */
export function onStop(stop: () => Promise<void>): void {
  const end = (): void => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('SIGHUP', end);
  process.once('disconnect', end);
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
