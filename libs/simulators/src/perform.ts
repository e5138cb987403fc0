import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#libs/kernel';
import type { CallEntry } from './call-entry.js';
import type { Pings, Script, Step } from './script.js';

/** One answer on its way to a caller. The signal aborts when the connection is gone. */
export interface Performance {
  readonly response: ServerResponse;
  readonly entry: CallEntry;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Carries a script out, step by step, and logs each byte as it is written. Rejects when the caller leaves first. */
export async function perform(script: Script, performance: Performance): Promise<void> {
  const { response, entry, clock, signal } = performance;
  for (const step of script.steps) {
    signal.throwIfAborted();
    if (step.do === 'close') return close(step.how, performance);
    await carryOut(step, script, performance);
  }
  signal.throwIfAborted();
  await untilGone(signal, (done) => response.end(done));
  entry.finished('complete', clock.now());
}

async function carryOut(step: Exclude<Step, { do: 'close' }>, script: Script, performance: Performance): Promise<void> {
  switch (step.do) {
    case 'head':
      return sendHead(script, performance);
    case 'send':
      return script.byteByByte === true
        ? sendByteByByte(step, performance)
        : send(Buffer.from(step.text), step, performance);
    case 'wait':
      return wait(step.ms, step.pings, performance);
  }
}

function sendHead(script: Script, { response, entry, clock }: Performance): void {
  const headers = { date: new Date(clock.now()).toUTCString(), ...script.headers };
  response.writeHead(script.status, headers);
  entry.headSent(script.status, headers, clock.now());
}

type Send = Extract<Step, { do: 'send' }>;

/** Resolves when the bytes are with the operating system, so that a slow reader slows the writer. */
async function send(bytes: Buffer, step: Send | undefined, performance: Performance): Promise<void> {
  if (bytes.length === 0) return;
  const { response, entry, clock, signal } = performance;
  entry.bytesSent(bytes, clock.now(), step);
  await untilGone(signal, (done) => response.write(bytes, done));
}

async function sendByteByByte(step: Send, performance: Performance): Promise<void> {
  const bytes = Buffer.from(step.text);
  for (let at = 0; at < bytes.length; at += 1) {
    // A turn of the event loop between writes keeps the kernel from seeing them as one.
    if (at > 0) await nextTurn();
    await send(bytes.subarray(at, at + 1), at === bytes.length - 1 ? step : undefined, performance);
  }
}

async function wait(ms: number, pings: Pings | undefined, performance: Performance): Promise<void> {
  const { response, signal } = performance;
  if (response.headersSent) response.flushHeaders();
  let left = ms;
  while (left > 0) {
    // Timers cannot wait for ever; an endless wait is a row of long ones.
    const turn = Math.min(left, pings?.everyMs ?? 3_600_000);
    await delay(turn, undefined, { signal });
    left -= turn;
    if (pings !== undefined) await ping(pings.text, performance);
  }
}

function ping(text: string, performance: Performance): Promise<void> {
  return send(Buffer.from(text), undefined, performance);
}

async function close(how: 'fin' | 'rst', { response, entry, clock }: Performance): Promise<void> {
  if (response.headersSent) response.flushHeaders();
  // What was written leaves the process in this turn; a reset must not overtake it.
  await nextTurn();
  entry.finished('cut-by-fault', clock.now());
  if (how === 'rst') response.socket?.resetAndDestroy();
  else response.socket?.destroy();
}

/** Waits for a callback that may come with an error, or never, once the connection is gone; the signal tells in any case. */
function untilGone(signal: AbortSignal, act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave);
    act((error) => {
      if (error) return;
      signal.removeEventListener('abort', leave);
      resolve();
    });
  });
}
