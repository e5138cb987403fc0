import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ask, subjects } from '#libs/bus';
import type { Decision, RequestFacts } from '#libs/contracts';
import { GatewayError, systemClock } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { tracing } from '#libs/telemetry';
import { PlanMemory } from './domain/plan-memory.js';
import { KeyTable } from './key-table.js';

const ANSWER_WITHIN_MS = 1000;
const PATIENCE_MS = 2500;
const PAUSE_MS = 100;

/** Asks policy what may be used, unless policy has just said so for requests like this one. */
@Injectable()
export class PolicyClient {
  private readonly memory = new PlanMemory();

  constructor(
    private readonly connection: BusConnection,
    private readonly keys: KeyTable,
  ) {}

  async decide(facts: RequestFacts): Promise<Decision> {
    // A trace shows every step: a recorded call asks.
    const known = tracing()
      ? undefined
      : this.memory.recall(facts, this.keys.revision?.number ?? 0, systemClock.monotonic());
    if (known) return { plan: known };
    const decision = await this.ask(facts);
    this.memory.remember(facts, decision, systemClock.monotonic());
    return decision;
  }

  /** Deciding changes nothing, so a policy process that dies is simply asked again. */
  private async ask(facts: RequestFacts): Promise<Decision> {
    const until = systemClock.monotonic() + PATIENCE_MS;
    for (;;) {
      try {
        return await ask<Decision>(this.connection.bus, subjects.decide, facts, ANSWER_WITHIN_MS);
      } catch (cause) {
        if (systemClock.monotonic() >= until) {
          throw new GatewayError('no_policy', 'no policy service answers; try again', { retryAfterMs: 1000, cause });
        }
        await pause(PAUSE_MS);
      }
    }
  }
}
