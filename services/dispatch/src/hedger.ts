import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AnswerRace, type Outcome } from './answer-race.js';
import type { Call } from './call.js';
import type { Prepared } from './exchange-preparer.js';
import { HeadWriter } from './head-writer.js';
import { HedgePreparation } from './hedge-preparation.js';
import { TargetCaller, type Manner, type Running } from './target-caller.js';
import { TargetStats } from './target-stats.js';

/** Makes an attempt and, on routes that want it, a second one where the first token is later than usual. */
@Injectable()
export class Hedger {
  constructor(
    private readonly caller: TargetCaller,
    private readonly heads: HeadWriter,
    private readonly stats: TargetStats,
    private readonly preparation: HedgePreparation,
  ) {}

  async run(call: Call, prepared: Prepared, manner: Omit<Manner, 'sink'>): Promise<Outcome> {
    const race = new AnswerRace(call.reply);
    const first = this.start(call, prepared, manner, race);
    const afterMs = manner.probe ? undefined : this.stats.hedgeAfterMs(call, prepared.resolved);
    if (afterMs === undefined) return alone(first);
    const timer = new AbortController();
    const late = pause(afterMs, true, { signal: timer.signal, ref: false }).catch(() => false);
    const settled = Promise.race([first.ended, race.decided]).then(() => false);
    const isLate = await Promise.race([late, settled]);
    timer.abort();
    const partner = isLate ? this.preparation.partnerOf(call, prepared) : undefined;
    if (!partner) return alone(first);
    const second = this.start(call, partner, { purpose: 'hedge', probe: false }, race);
    return race.outcome(first, second);
  }

  private start(call: Call, prepared: Prepared, manner: Omit<Manner, 'sink'>, race: AnswerRace): Running {
    const { resolved } = prepared;
    const sink = race.sink((version) => call.reply.head(this.heads.answer(call, resolved, version)));
    const running = this.caller.start(call, prepared, { ...manner, sink });
    race.enter(sink, running);
    return running;
  }
}

async function alone(running: Running): Promise<Outcome> {
  return { decisive: await running.ended, others: [] };
}
