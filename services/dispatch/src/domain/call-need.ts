import type { RunRequest } from '#libs/contracts';

/** What one call takes of a target's limits, estimated before anybody has counted its tokens. */
export interface CallNeed {
  readonly requests: 1;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const BYTES_A_TOKEN = 4;
/** What an answer has where the caller did not bound it. */
const USUAL_OUTPUT = 500;
/** Callers allow for far more than they get: who counts all of it keeps a limit empty. */
const MOST_OUTPUT = 4096;

export function needOf({ maxOutputTokens }: Pick<RunRequest, 'maxOutputTokens'>, bodyBytes: number): CallNeed {
  const inputTokens = Math.ceil(bodyBytes / BYTES_A_TOKEN);
  return { requests: 1, inputTokens, outputTokens: Math.min(maxOutputTokens || USUAL_OUTPUT, MOST_OUTPUT) };
}
