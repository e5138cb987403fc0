import { Injectable } from '@nestjs/common';
import { systemClock, systemRandom } from '#libs/kernel';
import type { Call } from './call.js';
import { nextMove } from './domain/next-move.js';
import { ExchangePreparer, type Prepared } from './exchange-preparer.js';
import { Outlook } from './outlook.js';
import { TargetStats } from './target-stats.js';

/** Finds who else could answer a call whose first token is late, within what the route lets that cost. */
@Injectable()
export class HedgePreparation {
  constructor(
    private readonly outlook: Outlook,
    private readonly preparer: ExchangePreparer,
    private readonly stats: TargetStats,
  ) {}

  /** Another target of the same model that is usable now; `undefined` where there is none, or the share of spend is used up. */
  partnerOf(call: Call, first: Prepared): Prepared | undefined {
    const under = first.resolved.target.id;
    const situation = this.outlook.situation(call, new Map([...call.tries, [under, PENDING]]));
    const move = nextMove(situation, systemClock.now(), systemRandom);
    if (move.do !== 'attempt' || move.again || move.mode !== 'usable' || move.afterMs > 0) return undefined;
    const { target } = move;
    if (target.model !== first.resolved.model.id) return undefined;
    const prepared = this.preparer.prepare(call, target.id);
    return 'fault' in prepared || !this.stats.mayHedge(call, target.costMicros) ? undefined : prepared;
  }
}

/** A target whose answer is still awaited is not asked twice. */
const PENDING = { count: Number.POSITIVE_INFINITY, fault: 'slow_first_token', notBefore: 0 } as const;
