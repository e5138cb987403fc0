import { join } from 'node:path';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LedgerPublisher } from '#libs/bus';
import type { AttemptRecord, LostAttempt } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { BusConnection, loadEnvironment } from '#libs/platform';
import type { AttemptResult } from './attempt-result.js';
import { measureAttempt } from './attempt-telemetry.js';
import { zeroUsage, type Call } from './call.js';
import { Catalog } from './catalog.js';
import { DispatchEnvironment } from './dispatch.environment.js';
import { costMicros } from './domain/cost.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';

export interface Begun {
  readonly number: number;
  readonly startedAt: number;
  readonly resolved: ResolvedTarget;
  readonly traceparent: string | undefined;
}

/** Writes one ledger record for every attempt, into the journal, before the caller sees the end of an answer. */
@Injectable()
export class AttemptRecorder implements OnModuleInit, BeforeApplicationShutdown {
  private publisher: LedgerPublisher | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly catalog: Catalog,
  ) {}

  onModuleInit(): void {
    const durability = loadEnvironment(DispatchEnvironment).BREAKWATER_JOURNAL;
    const { bus, instance, stateDirectory } = this.connection;
    this.publisher = new LedgerPublisher(bus, { directory: join(stateDirectory, 'journal'), instance, durability });
  }

  get dispatcher(): string {
    return this.connection.instance;
  }

  /** Resolves when the record is as safe as configured. */
  async record(call: Call, begun: Begun, result: AttemptResult): Promise<AttemptRecord> {
    const record = recordOf(call, begun, result, this.connection.instance);
    measureAttempt(record);
    await this.publisher?.append(record);
    return record;
  }

  /** What a dispatcher that died had begun: the provider may have billed it. */
  async recordLost(call: Call, lost: LostAttempt): Promise<void> {
    const resolved = this.catalog.find(lost.target);
    if (!resolved) return;
    const begun = { number: lost.number, startedAt: lost.startedAt, resolved, traceparent: call.request.traceparent };
    const durationMs = systemClock.now() - lost.startedAt;
    const result = { outcome: 'failed', fault: 'dispatcher_lost', committed: false, durationMs } as const;
    const record = recordOf(call, begun, result, lost.dispatcher);
    await this.publisher?.append({ ...record, attemptId: attemptId(call.request.requestId, lost.epoch, lost.number) });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.publisher?.close(5000);
  }
}

const attemptId = (requestId: string, epoch: number, number: number): string => `${requestId}.${epoch}.${number}`;

function recordOf(call: Call, begun: Begun, result: AttemptResult, dispatcher: string): AttemptRecord {
  const { request } = call;
  const { target, channel, model } = begun.resolved;
  const usage = result.report?.usage ?? zeroUsage;
  const servedVersion = result.report?.servedVersion;
  return {
    kind: 'attempt',
    v: 1,
    attemptId: attemptId(request.requestId, request.epoch, begun.number),
    requestId: request.requestId,
    number: begun.number,
    principal: request.principal,
    route: request.plan.route,
    pinnedModel: request.plan.model,
    model: model.id,
    target: target.id,
    channel: channel.id,
    provider: channel.provider,
    requestedVersion: target.providerModel,
    ...(servedVersion === undefined ? {} : { servedVersion }),
    outcome: result.outcome,
    ...(result.fault === undefined ? {} : { fault: result.fault }),
    ...(result.status === undefined ? {} : { status: result.status }),
    usage,
    costMicros: costMicros(usage, target.price),
    startedAt: begun.startedAt,
    ...(result.firstTokenMs === undefined ? {} : { firstTokenMs: Math.round(result.firstTokenMs) }),
    durationMs: Math.round(result.durationMs),
    revision: request.plan.revision,
    dispatcher,
    ...(begun.traceparent === undefined ? {} : { traceparent: begun.traceparent }),
  };
}
