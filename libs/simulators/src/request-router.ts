import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ChannelCalls } from './channel-calls.js';
import type { Controlled } from './control-actions.js';
import { answerControl, controlSegment } from './control-api.js';
import type { SimulatedChannel } from './dialect.js';
import { answerStatus, isStatusPath } from './status/answer-status.js';

/** Leads each request to its channel, to a status page, or to the simulator's own control. */
export function requestRouter(
  channels: ReadonlyMap<string, SimulatedChannel>,
  calls: ChannelCalls,
  controlled: Controlled,
): RequestListener {
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const channel = channels.get(path.split('/')[1] ?? '');
    const answered =
      channel === undefined
        ? answerElsewhere(request, response, { path, controlled })
        : calls.answer(request, response, channel);
    answered.catch((error: unknown) => fail(response, error));
  };
}

async function answerElsewhere(
  request: IncomingMessage,
  response: ServerResponse,
  { path, controlled }: { readonly path: string; readonly controlled: Controlled },
): Promise<void> {
  const [, segment = ''] = path.split('/');
  if (segment === controlSegment) return answerControl(request, response, controlled);
  if (isStatusPath(path)) return answerStatus(response, path, controlled.status);
  refuse(response, 404, `There is no channel '${segment}' here; there are ${controlled.channels.join(', ')}.`);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else refuse(response, 500, `The simulator itself failed: ${String(error)}`);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { type: 'simulator_error', message } }));
}
