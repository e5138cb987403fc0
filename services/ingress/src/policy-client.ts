import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ask, subjects } from '#libs/bus';
import type { Decision, RequestFacts } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { BusConnection } from '#libs/platform';

const ANSWER_WITHIN_MS = 1000;
const PATIENCE_MS = 2500;
const PAUSE_MS = 100;

/** Asks policy what may be used. Deciding changes nothing, so a policy process that dies is simply asked again. */
@Injectable()
export class PolicyClient {
  constructor(private readonly connection: BusConnection) {}

  async decide(facts: RequestFacts): Promise<Decision> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await ask<Decision>(this.connection.bus, subjects.decide, facts, ANSWER_WITHIN_MS);
      } catch (cause) {
        if (performance.now() >= until) {
          throw new GatewayError('no_policy', 'no policy service answers; try again', { retryAfterMs: 1000, cause });
        }
        await pause(PAUSE_MS);
      }
    }
  }
}
