import type { Received } from './caller-view.js';
import type { SeenAttempt } from './observation.js';

/** What the caller has of attempts that it was given nothing of: by the ids that each provider makes anew. */
export function leakedFrom(
  attempts: readonly SeenAttempt[],
  delivered: readonly SeenAttempt[],
  { headers, body }: Pick<Received, 'headers' | 'body'>,
): readonly string[] {
  const seen = `${Object.values(headers).join('\n')}\n${body.toString()}`;
  return attempts
    .filter((attempt) => !delivered.includes(attempt))
    .flatMap(({ record }) => idsOf(record.id, record.response.body.toString()))
    .filter((id) => seen.includes(id));
}

const idsOf = (requestId: string, written: string): readonly string[] => [
  requestId,
  ...(/"(?:chatcmpl-|msg_01)[A-Za-z0-9]+"/.exec(written) ?? []),
];
