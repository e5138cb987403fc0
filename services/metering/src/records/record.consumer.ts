import { Injectable, type OnApplicationShutdown, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { consume, consumers, publishDeadLetter, type Consumption } from '#libs/bus';
import { BusConnection, logger } from '#libs/platform';
import { breakwater, startSpan, type Span } from '#libs/telemetry';
import { Ledger, type LedgerRows } from '../ledger/ledger.js';
import type { CompletionRow } from '../ledger/tables.js';
import { readRecords, type BadLine } from './read-records.js';

/** Takes records from the stream into the ledger: a batch is acknowledged when it is committed. */
@Injectable()
export class RecordConsumer implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private readonly log = logger('metering');
  private consumption: Consumption | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly ledger: Ledger,
  ) {}

  async onModuleInit(): Promise<void> {
    this.consumption = await consume(this.connection.bus, consumers.ledger, (payloads) => this.take(payloads));
  }

  private async take(payloads: readonly Uint8Array[]): Promise<void> {
    try {
      const { bad, ...rows } = readRecords(payloads);
      await this.apply(rows);
      for (const line of bad) await this.setApart(line);
    } catch (error) {
      this.log.error(
        { reason: String(error), messages: payloads.length },
        'a batch failed; it will be delivered again',
      );
      throw error;
    }
  }

  private async apply(rows: LedgerRows): Promise<void> {
    const spans = rows.completions.map(startApply);
    try {
      await this.ledger.apply(rows);
    } catch (error) {
      spans.forEach((span) => span.fail('not applied; it will be delivered again'));
      throw error;
    } finally {
      spans.forEach((span) => span.end());
    }
  }

  private async setApart({ line, reason }: BadLine): Promise<void> {
    this.log.warn({ reason, bytes: line.length }, 'a record cannot be read; it is among the dead letters');
    await publishDeadLetter(this.connection.bus, consumers.ledger.durable, Buffer.from(line), reason);
  }

  async onModuleDestroy(): Promise<void> {
    await this.consumption?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.ledger.close();
  }
}

/** The last step of a call's trace: its record is in the ledger when this ends. */
function startApply({ requestId, traceparent }: CompletionRow): Span {
  const attributes = { [breakwater.requestId]: requestId };
  return startSpan('ledger.apply', { kind: 'consumer', parent: traceparent ?? undefined, attributes });
}
