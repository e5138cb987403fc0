import { Injectable, type OnApplicationShutdown, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { answer, queues, subjects } from '#libs/bus';
import { GatewayError, systemClock } from '#libs/kernel';
import { BusConnection, logger } from '#libs/platform';
import { LedgerReads } from '../ledger/ledger-reads.js';
import { callReport } from './call-report.js';
import { readHealthQuery } from './health-query.js';
import { healthReport } from './health-report.js';
import { readUsageQuery } from './usage-query.js';
import { usageReport } from './usage-report.js';

/** Answers what the console asks of the ledger. */
@Injectable()
export class LedgerResponder implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private readonly log = logger('metering');
  private subscriptions: readonly { drain(): Promise<void> }[] = [];

  constructor(
    private readonly connection: BusConnection,
    private readonly reads: LedgerReads,
  ) {}

  onModuleInit(): void {
    const { bus } = this.connection;
    const { db } = this.reads;
    this.subscriptions = [
      answer(bus, subjects.usageQuery, queues.metering, (query) =>
        this.reported(() => usageReport(db, readUsageQuery(query, systemClock.now()))),
      ),
      answer(bus, subjects.healthQuery, queues.metering, (query) =>
        this.reported(() => healthReport(db, readHealthQuery(query))),
      ),
      answer(bus, subjects.callQuery, queues.metering, (query) => this.reported(() => callReport(db, query))),
    ];
  }

  /** The asker learns only that it failed; the reason is for the operator. */
  private async reported<Report>(report: () => Promise<Report>): Promise<Report> {
    try {
      return await report();
    } catch (error) {
      if (!(error instanceof GatewayError)) this.log.error({ reason: String(error) }, 'a ledger query failed');
      throw error;
    }
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.drain()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reads.close();
  }
}
