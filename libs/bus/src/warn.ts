/** What a message makes its handler throw stays with that message; an operator sees it as a warning of the process. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
