import { connect } from 'node:net';

/** An HTTP/1.1 answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How many answers came on the connection. */
  readonly answers: number;
}

const WITHIN_MS = 5000;

/**
 * Writes bytes that no HTTP client would, in pieces, and reads until the server closes the connection.
 * @throws when it keeps it open: what is sent must end with `connection: close` or be an error that ends it
 */
export async function sendRaw(url: string, ...pieces: readonly (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const failures: Error[] = [];
  const socket = connect(Number(port), hostname);
  socket.setTimeout(WITHIN_MS, () => socket.destroy(new Error(`open after ${WITHIN_MS} ms`)));
  // The server may refuse, and close, before everything is written.
  socket.on('error', (error) => failures.push(error));
  for (const piece of pieces) socket.write(piece);
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  const text = Buffer.concat(received).toString();
  if (text === '') throw new Error('no answer came', { cause: failures[0] });
  return parse(text);
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
    answers: text.match(/^HTTP\/1\.1 /gm)?.length ?? 0,
  };
}
