import { Injectable } from '@nestjs/common';
import type { AnswerHead } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import type { Call } from './call.js';
import { Catalog } from './catalog.js';
import { decisionHeaders } from './domain/decision-headers.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import { substitutionReason } from './domain/substitution.js';
import { LocalHealth } from './local-health.js';

const EVENT_STREAM = 'text/event-stream; charset=utf-8';
const JSON_BODY = 'application/json';

/** The start of an answer: its status and type, and how it was decided. */
@Injectable()
export class HeadWriter {
  constructor(
    private readonly catalog: Catalog,
    private readonly health: LocalHealth,
  ) {}

  answer(call: Call, served: ResolvedTarget, servedVersion?: string): AnswerHead {
    const reason = this.substitutionReason(call, served);
    const headers = decisionHeaders({
      plan: call.request.plan,
      attempts: call.attempts,
      served,
      ...(servedVersion === undefined ? {} : { servedVersion }),
      ...(reason === undefined ? {} : { substitutionReason: reason }),
    });
    return { status: 200, headers: { 'content-type': call.request.stream ? EVENT_STREAM : JSON_BODY, ...headers } };
  }

  error(call: Call, status: number): AnswerHead {
    const headers = decisionHeaders({ plan: call.request.plan, attempts: call.attempts });
    return { status, headers: { 'content-type': JSON_BODY, ...headers } };
  }

  /** Why another model than the pinned one answers; `undefined` where the pinned one does. */
  substitutionReason(call: Call, served: ResolvedTarget): string | undefined {
    const { plan } = call.request;
    if (served.model.id === plan.model) return undefined;
    return substitutionReason(plan, (target) => this.catalog.find(target)?.model.id, {
      failures: call.failures,
      stateOf: (target) => this.health.stateOf(target),
      now: systemClock.now(),
    });
  }
}
