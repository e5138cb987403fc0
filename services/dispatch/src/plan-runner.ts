import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { systemClock, systemRandom } from '#libs/kernel';
import { AttemptRunner } from './attempt-runner.js';
import type { Call } from './call.js';
import { dropHeld } from './committed-sink.js';
import { Deliveries } from './deliveries.js';
import { nextMove, type AttemptMove } from './domain/next-move.js';
import { nextStep } from './domain/next-step.js';
import { Finisher } from './finisher.js';
import { Outlook } from './outlook.js';
import { isRefusedAnswer } from './refused-answer.js';
import type { Tried } from './target-caller.js';

/** The failover loop: move after move, until the caller has an answer or there is nothing left to try. */
@Injectable()
export class PlanRunner {
  constructor(
    private readonly outlook: Outlook,
    private readonly attempts: AttemptRunner,
    private readonly deliveries: Deliveries,
    private readonly finish: Finisher,
  ) {}

  async run(call: Call): Promise<void> {
    this.deliveries.begin(call);
    try {
      await this.pursue(call);
    } finally {
      call.held?.close();
    }
  }

  private async pursue(call: Call): Promise<void> {
    const past: Past = { last: undefined, refusal: undefined };
    try {
      while (!isOver(call)) {
        const move = nextMove(this.outlook.situation(call, call.tries), systemClock.now(), systemRandom);
        if (move.do === 'give_up') break;
        if (move.afterMs > 0 && !(await this.waited(call, move))) continue;
        const tried = await this.attempts.run(call, move);
        if (!tried) continue;
        note(past, tried);
        if (await this.settled(call, tried)) return;
      }
      await this.conclude(call, past);
    } finally {
      if (past.refusal) dropHeld(past.refusal.sink);
    }
  }

  /** Nobody answered. Where one has refused in so many words, that is still the best there is. */
  private async conclude(call: Call, { last, refusal }: Past): Promise<void> {
    if (refusal && !call.cancelled.aborted) await this.finish.answer(call, refusal);
    else this.finish.exhausted(call, last);
  }

  /** True when the caller has had the last of this request. */
  private async settled(call: Call, tried: Tried): Promise<boolean> {
    switch (nextStep(tried.result, call.request.plan.conduct)) {
      case 'answer':
        if (await this.finish.answer(call, tried)) return true;
        this.attempts.disown(call, tried);
        return this.interrupted(call, tried);
      case 'reject':
        this.finish.reject(call, tried);
        return true;
      case 'interrupt':
        return this.interrupted(call, tried);
      case 'abandon':
        this.finish.abandon(call, tried);
        return true;
      case 'move_on':
        return false;
    }
  }

  private interrupted(call: Call, tried: Tried): boolean {
    if (mayContinue(call)) return false;
    this.finish.interrupt(call, tried);
    return true;
  }

  /** False where the target is not to be had after all: what was known when the wait began may be known better by now. */
  private async waited(call: Call, { target, afterMs }: AttemptMove): Promise<boolean> {
    const most = Math.max(0, call.request.deadlineAt - systemClock.now());
    await pause(Math.min(afterMs, most), undefined, { signal: call.cancelled }).catch(() => undefined);
    return !isOver(call) && this.outlook.isUsable(call, target.id);
  }
}

/** A dispatcher's patience with one answer: who fails so often will not end it. */
const MOST_CONTINUATIONS = 3;

const mayContinue = ({ trail, continuations }: Call): boolean =>
  trail?.canContinue() === true && continuations < MOST_CONTINUATIONS;

/** What a call has had so far. */
interface Past {
  last: Tried | undefined;
  /** The first answer that only said no, kept in case there is no better one. */
  refusal: Tried | undefined;
}

function note(past: Past, tried: Tried): void {
  past.last = tried;
  if (!isRefusedAnswer(tried.result)) return;
  if (past.refusal) dropHeld(tried.sink);
  else past.refusal = tried;
}

const isOver = ({ cancelled, request }: Call): boolean => cancelled.aborted || systemClock.now() >= request.deadlineAt;
