import { Injectable } from '@nestjs/common';
import type { ProbeAnswer, ProbeRequest } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { penalties } from '#libs/resilience';
import { breakwater, startSpan } from '#libs/telemetry';
import type { StreamSink } from './answer-readers.js';
import { newCall, type Call } from './call.js';
import { Catalog } from './catalog.js';
import { probeRun, type ProbeRun } from './domain/probe-run.js';
import { ExchangePreparer, type Prepared } from './exchange-preparer.js';
import { ReplyChannel } from './reply-channel.js';
import { TargetCaller } from './target-caller.js';

/** Takes an answer that nobody reads. */
class NoSink implements StreamSink {
  committed = false;
  onDrain: (() => void) | undefined;

  commit(): void {
    this.committed = true;
  }

  write(): boolean {
    return true;
  }
}

/** Makes a synthetic call as any other is made: same translation, deadlines, classification, ledger and signal. */
@Injectable()
export class ProbeCaller {
  constructor(
    private readonly catalog: Catalog,
    private readonly preparer: ExchangePreparer,
    private readonly caller: TargetCaller,
  ) {}

  async call(probe: ProbeRequest): Promise<ProbeAnswer> {
    const resolved = this.catalog.find(probe.target);
    if (!resolved) return { outcome: 'unfit', fault: 'not_capable' };
    const call = callOf(probeRun(probe, resolved, systemClock.now()));
    try {
      const prepared = this.preparer.prepare(call, probe.target);
      return 'fault' in prepared ? { outcome: 'unfit', fault: prepared.fault } : await this.attempt(call, prepared);
    } finally {
      call.span.end();
    }
  }

  private async attempt(call: Call, prepared: Prepared): Promise<ProbeAnswer> {
    const manner = { purpose: 'probe', probe: true, sink: new NoSink() } as const;
    const { result } = await this.caller.start(call, prepared, manner).ended;
    const { outcome, fault } = result;
    if (outcome === 'ok') return { outcome };
    if (fault === undefined || penalties[fault] === 'none') return { outcome: 'unfit', ...(fault ? { fault } : {}) };
    return { outcome: 'failed', fault };
  }
}

function callOf({ request, body }: ProbeRun): Call {
  const reply = new ReplyChannel(() => undefined);
  const attributes = { [breakwater.requestId]: request.requestId };
  const span = startSpan('dispatch.probe', { kind: 'internal', attributes });
  return newCall({ request, body, reply, cancelled: new AbortController().signal, span }, 0);
}
