import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { consume, consumers, publishDeadLetter, type Consumption } from '#libs/bus';
import { BusConnection, logger } from '#libs/platform';
import { Ledger } from '../ledger/ledger.js';
import { readHealthChanges } from './read-health-changes.js';

/** Takes the changes of targets' states into the ledger: a batch is acknowledged when it is committed. */
@Injectable()
export class HealthChangeConsumer implements OnModuleInit, OnModuleDestroy {
  private readonly log = logger('metering');
  private consumption: Consumption | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly ledger: Ledger,
  ) {}

  async onModuleInit(): Promise<void> {
    const { bus } = this.connection;
    this.consumption = await consume(bus, consumers.healthChanges, (payloads) => this.take(payloads));
  }

  private async take(payloads: readonly Uint8Array[]): Promise<void> {
    const { rows, bad } = readHealthChanges(payloads);
    try {
      await this.ledger.applyHealth(rows);
    } catch (error) {
      this.log.error({ reason: String(error) }, 'health changes were not kept; they will be delivered again');
      throw error;
    }
    for (const { line, reason } of bad) {
      this.log.warn({ reason, bytes: line.length }, 'a health change cannot be read; it is among the dead letters');
      await publishDeadLetter(this.connection.bus, consumers.healthChanges.durable, Buffer.from(line), reason);
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.consumption?.stop();
  }
}
