import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How a provider answers one call. */
export type Behaviour = (response: ServerResponse) => void;

/** A real HTTP server in a provider's place, whose answers a spec writes byte by byte. */
export interface TestProvider {
  readonly origin: string;
  readonly paths: readonly (string | undefined)[];
  /** Connections ever made. */
  readonly connections: readonly Socket[];
  answerWith(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export async function startProvider(): Promise<TestProvider> {
  const paths: (string | undefined)[] = [];
  const connections: Socket[] = [];
  let behave: Behaviour = (response) => response.writeHead(500).end();
  const server = createServer((request, response) => {
    paths.push(request.url);
    request.resume().once('end', () => behave(response));
  });
  server.on('connection', (socket) => connections.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    paths,
    connections,
    answerWith: (behaviour) => (behave = behaviour),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export const DONE = 'data: [DONE]\n\n';

export function event(delta: object, finish: string | null = null): string {
  const chunk = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-0101' };
  return `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

export const role = event({ role: 'assistant', content: '' });
export const token = (text: string): string => event({ content: text });
export const finish = event({}, 'stop') + DONE;

export const completion = JSON.stringify({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5-0101',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
});

/** Begins an event stream. */
export function stream(response: ServerResponse, text = ''): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  if (text) response.write(text);
  return response;
}

export function json(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

export const reset: Behaviour = (response) => response.socket?.resetAndDestroy();
