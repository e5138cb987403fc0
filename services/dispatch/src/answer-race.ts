import type { StreamSink } from './answer-readers.js';
import { CallerSink } from './caller-sink.js';
import type { ReplyChannel } from './reply-channel.js';
import type { Running, Tried } from './target-caller.js';

/** What came of one move: the attempt that decides, and those that lost to it or failed before it. */
export interface Outcome {
  readonly decisive: Tried;
  readonly others: readonly Tried[];
}

/** Attempts at one call at the same time: the first that has content takes the caller, and the others are cancelled. */
export class AnswerRace {
  private readonly runners = new Map<StreamSink, Running>();
  private readonly decision = Promise.withResolvers<void>();

  constructor(private readonly reply: ReplyChannel) {}

  /** Resolves when one of them has the caller. */
  get decided(): Promise<void> {
    return this.decision.promise;
  }

  sink(sendHead: (servedVersion: string | undefined) => void): StreamSink {
    const sink = new CallerSink(this.reply, (version) => {
      this.cancelOthers(sink);
      sendHead(version);
      this.decision.resolve();
    });
    return sink;
  }

  enter(sink: StreamSink, running: Running): void {
    this.runners.set(sink, running);
  }

  /** A failure decides nothing while the other may still answer. */
  async outcome(first: Running, second: Running): Promise<Outcome> {
    const [a, b] = [first, second].map(async (running) => ({ running, tried: await running.ended }));
    const earlier = await Promise.race([a, b].filter((each) => each !== undefined));
    const other = earlier.running === first ? second : first;
    if (earlier.tried.result.outcome === 'ok') other.cancel('hedge_lost');
    const later = await other.ended;
    const decides = earlier.tried.result.outcome === 'ok' || later.result.outcome === 'cancelled';
    return decides ? { decisive: earlier.tried, others: [later] } : { decisive: later, others: [earlier.tried] };
  }

  private cancelOthers(winner: StreamSink): void {
    for (const [sink, running] of this.runners) if (sink !== winner) running.cancel('hedge_lost');
  }
}
