import { join } from 'node:path';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LedgerPublisher } from '#libs/bus';
import type { AttemptRecord, CompletionRecord, LedgerRecord } from '#libs/contracts';
import { BusConnection, logger } from '#libs/platform';
import { breakwater, instruments, measuring } from '#libs/telemetry';

/** Writes each request's final record, once, and the attempts that no dispatcher lived to record. */
@Injectable()
export class CompletionRecorder implements OnModuleInit, BeforeApplicationShutdown {
  private publisher: LedgerPublisher | undefined;
  private readonly log = logger('ingress');

  constructor(private readonly connection: BusConnection) {}

  onModuleInit(): void {
    const { bus, instance, stateDirectory } = this.connection;
    this.publisher = new LedgerPublisher(bus, {
      directory: join(stateDirectory, 'journal'),
      instance,
      durability: 'os',
    });
  }

  record(completion: CompletionRecord, providerMs: number): void {
    this.append(completion);
    if (!measuring()) return;
    const labels = { [breakwater.route]: completion.route, [breakwater.outcome]: completion.outcome };
    instruments().calls.add(1, { ...labels, [breakwater.surface]: completion.surface });
    instruments().addedLatency.record(Math.max(0, completion.durationMs - providerMs) / 1000, labels);
  }

  /** The provider may have billed it; its dispatcher's own record, should it come after all, replaces this one. */
  recordLost(attempt: AttemptRecord): void {
    this.append(attempt);
  }

  /** A full disk must end neither the call nor the process: it is the operator's to see. */
  private append(record: LedgerRecord): void {
    try {
      void this.publisher?.append(record);
    } catch (error) {
      this.log.error({ requestId: record.requestId, error: String(error) }, 'a record could not be journalled');
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.publisher?.close(5000);
  }
}
