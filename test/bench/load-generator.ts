import { Pool, type Dispatcher } from 'undici';
import { callBody } from './call-body.js';
import type { LoadOrder, LoadReport } from './load.js';

/** Makes calls at a constant rate, open loop: a slow answer delays no later call. Orders and reports go over IPC. */
const CALL_TIMEOUT_MS = 30_000;
const CONNECTIONS = 1024;
const TERMINATOR = 'data: [DONE]';

interface Outcome {
  /** Absent for a good call. */
  readonly failure?: string;
  readonly latencyMs: number;
  readonly endedAt: number;
}

/** One call: what undici tells of it. */
class Call implements Dispatcher.DispatchHandler {
  readonly ended = Promise.withResolvers<Outcome>();
  private status = 0;
  private firstAt: number | undefined;
  private tail: Buffer = Buffer.alloc(0);

  constructor(
    private readonly intendedAt: number,
    private readonly stream: boolean,
  ) {}

  onRequestStart(): void {
    // Nothing to do; undici knows a handler of this kind by this method.
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.firstAt ??= performance.now();
    if (this.stream) this.tail = Buffer.concat([this.tail, chunk.subarray(-64)]).subarray(-64);
  }

  onResponseEnd(): void {
    if (this.status !== 200) this.end(`status ${this.status}`);
    else if (this.firstAt === undefined) this.end('empty answer');
    else if (this.stream && !this.tail.toString().trimEnd().endsWith(TERMINATOR)) this.end('cut stream');
    else this.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.end('code' in error ? String(error.code) : error.message);
  }

  private end(failure?: string): void {
    const endedAt = performance.now();
    const measuredAt = this.stream ? (this.firstAt ?? endedAt) : endedAt;
    const latencyMs = measuredAt - this.intendedAt;
    this.ended.resolve({ latencyMs, endedAt, ...(failure === undefined ? {} : { failure }) });
  }
}

async function carryOut(order: LoadOrder): Promise<LoadReport> {
  const pool = new Pool(order.origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: CALL_TIMEOUT_MS,
    bodyTimeout: CALL_TIMEOUT_MS,
  });
  const body = callBody(order.model, order.bodyBytes, order.stream);
  const headers = { 'content-type': 'application/json', ...order.headers };
  const startedAt = performance.now() + 1;
  const outcomes = await atConstantRate(order, startedAt, (intendedAt) => {
    const call = new Call(intendedAt, order.stream);
    pool.dispatch({ path: '/v1/chat/completions', method: 'POST', headers, body }, call);
    return call.ended.promise;
  });
  await pool.destroy();
  return reportOf(order, startedAt, outcomes);
}

/** Begins calls as their moments come; resolves when all have ended. */
async function atConstantRate(
  { rate, seconds }: LoadOrder,
  startedAt: number,
  begin: (intendedAt: number) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const total = Math.max(1, Math.round(rate * seconds));
  const calls: Promise<Outcome>[] = [];
  await new Promise<void>((resolve) => {
    const beginDue = (): void => {
      const momentOf = (index: number): number => startedAt + (index * 1000) / rate;
      while (calls.length < total && momentOf(calls.length) <= performance.now()) {
        calls.push(begin(momentOf(calls.length)));
      }
      if (calls.length === total) resolve();
      else setTimeout(beginDue, Math.max(0, momentOf(calls.length) - performance.now()));
    };
    beginDue();
  });
  return Promise.all(calls);
}

function reportOf(order: LoadOrder, startedAt: number, outcomes: readonly Outcome[]): LoadReport {
  const good = outcomes.filter(({ failure }) => failure === undefined);
  const failures: Record<string, number> = {};
  for (const { failure } of outcomes) {
    if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
  }
  // The calls' own time span, or longer where the last ones are late.
  const tookMs = outcomes.reduce((most, { endedAt }) => Math.max(most, endedAt - startedAt), order.seconds * 1000);
  return {
    kind: 'load-report',
    latencies: good.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b),
    achievedRate: (good.length * 1000) / tookMs,
    failures,
  };
}

// Orders come from our own parent, built of the same contract.
process.on('message', (order: LoadOrder) => {
  void carryOut(order).then((report) => process.send?.(report));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
