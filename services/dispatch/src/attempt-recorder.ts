import { join } from 'node:path';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LedgerPublisher } from '#libs/bus';
import type { AttemptPurpose, AttemptRecord, AttemptStart } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { BusConnection, loadEnvironment } from '#libs/platform';
import { estimatePromptTokens } from '#libs/providers';
import type { AttemptResult } from './attempt-result.js';
import { measureAttempt } from './attempt-telemetry.js';
import type { Call } from './call.js';
import { DispatchEnvironment } from './dispatch.environment.js';
import { costMicros } from './domain/cost.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import { settledUsage } from './domain/settled-usage.js';

export interface Begun {
  readonly start: AttemptStart;
  readonly resolved: ResolvedTarget;
  readonly traceparent: string | undefined;
}

/** Writes one ledger record for every attempt, into the journal, before the caller sees the end of an answer. */
@Injectable()
export class AttemptRecorder implements OnModuleInit, BeforeApplicationShutdown {
  private publisher: LedgerPublisher | undefined;

  constructor(private readonly connection: BusConnection) {}

  onModuleInit(): void {
    const durability = loadEnvironment(DispatchEnvironment).BREAKWATER_JOURNAL;
    const { bus, instance, stateDirectory } = this.connection;
    this.publisher = new LedgerPublisher(bus, { directory: join(stateDirectory, 'journal'), instance, durability });
  }

  /** Counts an attempt, and says of it what is known before it is made. */
  begin(call: Call, { target, channel, model }: ResolvedTarget, purpose: AttemptPurpose): AttemptStart {
    const number = ++call.attempts;
    const { requestId, epoch } = call.request;
    return {
      attemptId: `${requestId}.${epoch}.${number}`,
      number,
      purpose,
      model: model.id,
      target: target.id,
      channel: channel.id,
      provider: channel.provider,
      requestedVersion: target.providerModel,
      startedAt: systemClock.now(),
      dispatcher: this.connection.instance,
    };
  }

  /** Resolves when the record is as safe as configured. */
  async record(call: Call, begun: Begun, result: AttemptResult): Promise<AttemptRecord> {
    const record = recordOf(call, begun, result);
    measureAttempt(record);
    await this.publisher?.append(record);
    return record;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.publisher?.close(5000);
  }
}

function recordOf(call: Call, { start, resolved, traceparent }: Begun, result: AttemptResult): AttemptRecord {
  const { request } = call;
  const { usage, estimated } = settledUsage(result, () =>
    estimatePromptTokens({ bytes: call.body, fields: request.fields }),
  );
  return {
    kind: 'attempt',
    v: 1,
    ...start,
    requestId: request.requestId,
    principal: request.principal,
    route: request.plan.route,
    pinnedModel: request.plan.model,
    servedVersion: result.report?.servedVersion,
    outcome: result.outcome,
    fault: result.fault,
    status: result.status,
    usage,
    usageEstimated: estimated || undefined,
    costMicros: costMicros(usage, resolved.target.price),
    firstTokenMs: result.firstTokenMs === undefined ? undefined : Math.round(result.firstTokenMs),
    durationMs: Math.round(result.durationMs),
    revision: request.plan.revision,
    traceparent,
  };
}
