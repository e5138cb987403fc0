import type { Running, Tried } from './target-caller.js';

/** What came of one move: the attempt that decides, and those that lost to it or failed before it. */
export interface Outcome {
  readonly decisive: Tried;
  readonly others: readonly Tried[];
}

/** Attempts at one call at the same time: the first that has content has the caller, and the others are cancelled. */
export class AnswerRace {
  private readonly runners: Running[] = [];
  private readonly decision = Promise.withResolvers<void>();

  /** Resolves when one of them has content. */
  get decided(): Promise<void> {
    return this.decision.promise;
  }

  enter(running: Running): void {
    this.runners.push(running);
  }

  decide(winner: Running): void {
    for (const running of this.runners) if (running !== winner) running.cancel('hedge_lost');
    this.decision.resolve();
  }

  /** A failure decides nothing while the other may still answer, unless it is `final`: then the other loses. */
  async outcome(first: Running, second: Running, isFinal: (tried: Tried) => boolean): Promise<Outcome> {
    const ended = [first, second].map(async (running) => ({ running, tried: await running.ended }));
    const earlier = await Promise.race(ended);
    const other = earlier.running === first ? second : first;
    const final = isFinal(earlier.tried);
    if (final) other.cancel('hedge_lost');
    const later = await other.ended;
    const decides = final || later.result.fault === 'hedge_lost';
    return decides ? { decisive: earlier.tried, others: [later] } : { decisive: later, others: [earlier.tried] };
  }
}
