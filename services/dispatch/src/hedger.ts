import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AnswerRace, type Outcome } from './answer-race.js';
import type { Call } from './call.js';
import { dropHeld } from './committed-sink.js';
import { Deliveries } from './deliveries.js';
import { nextStep } from './domain/next-step.js';
import type { Prepared } from './exchange-preparer.js';
import { HedgePreparation } from './hedge-preparation.js';
import { isRefusedAnswer } from './refused-answer.js';
import { TargetCaller, type Manner, type Running, type Tried } from './target-caller.js';
import { TargetStats } from './target-stats.js';

type Purpose = Omit<Manner, 'sink'>;

/** Makes an attempt and, on routes that want it, a second one where the first token is later than usual. */
@Injectable()
export class Hedger {
  constructor(
    private readonly caller: TargetCaller,
    private readonly deliveries: Deliveries,
    private readonly stats: TargetStats,
    private readonly preparation: HedgePreparation,
  ) {}

  async run(call: Call, prepared: Prepared, purpose: Purpose): Promise<Outcome> {
    const race = new AnswerRace();
    const first = this.start(call, prepared, purpose, race);
    const partner = await this.partnerFor(call, prepared, { first, race, purpose });
    const outcome = partner
      ? await race.outcome(first, this.start(call, partner, { purpose: 'hedge', probe: false }, race), isFinal(call))
      : { decisive: await first.ended, others: [] };
    for (const { sink } of outcome.others) dropHeld(sink);
    const { result, sink } = outcome.decisive;
    if (result.outcome !== 'ok' && !isRefusedAnswer(result)) dropHeld(sink);
    return outcome;
  }

  /** Another target, once the first is late; `undefined` where it is not, or there is none. */
  private async partnerFor(
    call: Call,
    prepared: Prepared,
    { first, race, purpose }: { readonly first: Running; readonly race: AnswerRace; readonly purpose: Purpose },
  ): Promise<Prepared | undefined> {
    const isFree = !purpose.probe && purpose.purpose !== 'continuation';
    const afterMs = isFree ? this.stats.hedgeAfterMs(call, prepared.resolved) : undefined;
    if (afterMs === undefined) return undefined;
    const timer = new AbortController();
    const late = pause(afterMs, true, { signal: timer.signal, ref: false }).catch(() => false);
    const settled = Promise.race([first.ended, race.decided]).then(() => false);
    const isLate = await Promise.race([late, settled]);
    timer.abort();
    // One that reasons unseen is not late.
    return isLate && !first.hasContent() ? this.preparation.partnerOf(call, prepared) : undefined;
  }

  private start(call: Call, prepared: Prepared, purpose: Purpose, race: AnswerRace): Running {
    const sink = this.deliveries.sink(call, prepared.resolved, {
      content: () => race.decide(running),
      giveUp: (fault) => running.giveUp(fault),
      cancel: () => running.cancel('cancelled'),
    });
    const running = this.caller.start(call, prepared, { ...purpose, sink });
    race.enter(running);
    return running;
  }
}

/** An answer, and what the provider says to a request that no other target may be asked about. */
function isFinal({ request }: Call): (tried: Tried) => boolean {
  return ({ result }) => ['answer', 'reject'].includes(nextStep(result, request.plan.conduct));
}
