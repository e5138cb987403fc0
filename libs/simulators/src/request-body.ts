import type { IncomingMessage } from 'node:http';

/**
 * Reads a body whole; `undefined` when it is longer than the limit (it is read to its end even then, for a caller that
 * listens only after it has sent). Rejects when the signal aborts first.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  });
  await new Promise<void>((resolve, reject) => {
    request.once('end', resolve);
    // An error here means that the connection is gone, which the signal tells too.
    request.once('error', () => undefined);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return length > limit ? undefined : Buffer.concat(chunks, length);
}
