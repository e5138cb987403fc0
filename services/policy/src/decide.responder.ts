import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { answer, queues, subjects } from '#libs/bus';
import type { RequestFacts } from '#libs/contracts';
import { BusConnection } from '#libs/platform';
import { startSpan } from '#libs/telemetry';
import { decide } from './domain/decide.js';
import { indexRevision } from './domain/revision-index.js';
import { RevisionStore } from './revision.store.js';

/** Answers, for one request, what may be used. */
@Injectable()
export class DecideResponder implements OnApplicationBootstrap {
  constructor(
    private readonly connection: BusConnection,
    private readonly revisions: RevisionStore,
  ) {}

  onApplicationBootstrap(): void {
    const index = indexRevision(this.revisions.current);
    const { bus } = this.connection;
    answer(bus, subjects.policyPresent, queues.policy, () => true);
    answer<RequestFacts>(bus, subjects.decide, queues.policy, (facts) => {
      const span = startSpan('policy.decide', {
        kind: 'server',
        ...(facts.traceparent ? { parent: facts.traceparent } : {}),
      });
      const decision = decide(facts, index);
      if ('refusal' in decision) span.fail(decision.refusal.code);
      span.end();
      return decision;
    });
  }
}
