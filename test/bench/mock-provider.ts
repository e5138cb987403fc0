import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * A provider that costs as little as possible: it reads no more of a request than whether it is to be streamed, and
 * answers with bytes made beforehand. Arguments: port, milliseconds between the chunks of a stream.
 */
const [port = 0, gapMs = 0] = process.argv.slice(2).map(Number);

const CHUNKS = 20;
const WORDS = 'the answer to a question that nobody asked, '.repeat(14).trim();
const usage = { prompt_tokens: 200, completion_tokens: 120, total_tokens: 320 };
const base = { id: 'chatcmpl-bench', created: 1_700_000_000, model: 'bench-model-1' };

const whole = Buffer.from(
  JSON.stringify({
    ...base,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: WORDS }, finish_reason: 'stop' }],
    usage,
  }),
);

const event = (choices: readonly object[], rest: object = {}): string =>
  `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, ...rest })}\n\n`;
const delta = (content: object, finish: string | null = null): object => ({
  index: 0,
  delta: content,
  finish_reason: finish,
});
const token = Buffer.from(event([delta({ content: ' a few words' })]));
const opening = Buffer.from(event([delta({ role: 'assistant', content: '' })]));
const closing = Buffer.from(`${event([delta({}, 'stop')])}${event([], { usage })}data: [DONE]\n\n`);

const EDGE_BYTES = 256;

function serve(request: IncomingMessage, response: ServerResponse): void {
  // Gateways that print the body anew move `stream` from the front of the messages to behind them.
  let first: Buffer = Buffer.alloc(0);
  let last: Buffer = Buffer.alloc(0);
  request.on('data', (chunk: Buffer) => {
    // A body may come in pieces of any size.
    if (first.length < EDGE_BYTES) first = Buffer.concat([first, chunk.subarray(0, EDGE_BYTES)]);
    last = Buffer.concat([last, chunk.subarray(-EDGE_BYTES)]).subarray(-EDGE_BYTES);
  });
  request.on('end', () => {
    if (asksForStream(first) || asksForStream(last)) answerInChunks(response);
    else response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length }).end(whole);
  });
}

const asksForStream = (bytes: Buffer): boolean => bytes.includes('"stream":true');

function answerInChunks(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(opening);
  let sent = 0;
  const next = (): void => {
    if (response.destroyed) return;
    if (sent === CHUNKS) {
      response.end(closing);
      return;
    }
    sent += 1;
    response.write(token);
    setTimeout(next, gapMs);
  };
  next();
}

const server = createServer(serve);
// Longer than any pause of the benchmark: no idle connection ends just when it is used again.
server.keepAliveTimeout = 300_000;
server.listen(port, '127.0.0.1', () => process.send?.({ ready: true }));
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
