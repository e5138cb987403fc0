import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError, parseJson } from '#libs/kernel';
import { controlActions, type Controlled } from './control-actions.js';
import { readBody } from './request-body.js';

/** The path under which the simulator itself is controlled; no channel can bear this name. */
export const controlSegment = '_control';

const bodyLimit = 1024 * 1024;

/** The HTTP control of a simulator. A tool for the loopback interface, without a key. */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  controlled: Controlled,
): Promise<void> {
  const { status, content } = await perform(request, controlled);
  const text = JSON.stringify(content);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function perform(
  request: IncomingMessage,
  controlled: Controlled,
): Promise<{ status: number; content: unknown }> {
  try {
    const url = new URL(request.url ?? '', 'http://simulator');
    const name = `${request.method} ${url.pathname.slice(controlSegment.length + 1)}`;
    const action = controlActions.get(name);
    if (action === undefined) {
      throw new GatewayError('not_found', `There is no ${name}; there are ${[...controlActions.keys()].join(', ')}.`);
    }
    const body = request.method === 'PUT' ? await readJson(request) : undefined;
    return { status: 200, content: await action(controlled, url.searchParams, body) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { status: error.status, content: { error: error.describe() } };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, bodyLimit, AbortSignal.timeout(10_000));
  if (body === undefined) throw new GatewayError('body_too_large', 'What is set at once fits into 1 MB.');
  const json = parseJson(body.toString());
  if (json === undefined) throw new GatewayError('invalid_json', 'The body is not JSON; send one fault as an object.');
  return json;
}
