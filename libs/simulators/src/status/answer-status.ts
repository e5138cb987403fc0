import type { ServerResponse } from 'node:http';
import type { StatusBoard } from './status-board.js';
import { statusSummary } from './status-summary.js';

const path = /^(?:\/_status\/([^/]+))?\/api\/v2\/summary\.json$/;

/** Whether a path is that of a status page: one channel's under `/_status/CHANNEL`, or all channels' at the root. */
export function isStatusPath(pathname: string): boolean {
  return path.test(pathname);
}

/** Answers as Statuspage does, without a key. A page that is down answers 503. */
export function answerStatus(response: ServerResponse, pathname: string, board: StatusBoard): void {
  const wanted = path.exec(pathname)?.[1];
  const channels = board.list().filter(({ channel }) => wanted === undefined || channel === wanted);
  const isDown = channels.some(({ status }) => status === 'unreachable');
  const status = channels.length === 0 ? 404 : isDown ? 503 : 200;
  const content = status === 200 ? statusSummary(channels, 'https://status.simulated.invalid') : { error: status };
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(content));
}
