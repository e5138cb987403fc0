import { Injectable } from '@nestjs/common';
import type { FaultClass } from '#libs/contracts';
import { surfaces } from '#libs/surfaces';
import type { StreamSink } from './answer-readers.js';
import type { Call } from './call.js';
import { CallerSink } from './caller-sink.js';
import { CommittedDelivery } from './committed-delivery.js';
import { CommittedSink } from './committed-sink.js';
import { continuationSink, TrailedSink, trailFor } from './continuation.js';
import { pendingHead } from './domain/pending-head.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import { HeadWriter } from './head-writer.js';
import { HeldMemory } from './held-memory.js';

/** What a sink tells the attempt that it serves. */
export interface AttemptHandle {
  /** It has content: others at the same call may be stopped. */
  readonly content: () => void;
  /** Its answer is of no use; the next target may have a better one. */
  readonly giveUp: (fault: FaultClass) => void;
  /** The call ends with it. */
  readonly cancel: () => void;
}

/** How a route's answers reach their callers: as they come, gone on with by others, or only when they are whole. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly memory: HeldMemory,
    private readonly heads: HeadWriter,
  ) {}

  /** Before a call's first attempt. */
  begin(call: Call): void {
    const { stream, plan, surface } = call.request;
    call.trail = trailFor(call);
    if (!stream || plan.conduct.delivery !== 'committed') return;
    call.held = new CommittedDelivery({
      channel: call.reply,
      sendHead: () => call.reply.head(pendingHead(plan, call.attempts)),
      keepAlive: surfaces[surface].keepAlive,
      after: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
    });
  }

  sink(call: Call, resolved: ResolvedTarget, handle: AttemptHandle): StreamSink {
    if (call.held) return this.holding(call, handle);
    if (call.trail?.state.begun) {
      call.continuations += 1;
      return continuationSink(resolved, call, call.trail, () => handle.giveUp('wrong_output'));
    }
    const live = new CallerSink(call.reply, (version) => {
      handle.content();
      call.reply.head(this.heads.answer(call, resolved, version));
    });
    return call.trail ? new TrailedSink(live, call.trail) : live;
  }

  private holding(call: Call, { content, giveUp, cancel }: AttemptHandle): CommittedSink {
    return new CommittedSink(this.memory, {
      content,
      tooLong: () => giveUp('wrong_output'),
      noRoom: (error) => {
        call.fatal = error;
        cancel();
      },
    });
  }
}
