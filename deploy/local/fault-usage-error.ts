/** The command line is wrong; the message says how. */
export class FaultUsageError extends Error {}
