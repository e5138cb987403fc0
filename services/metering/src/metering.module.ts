import { Module } from '@nestjs/common';
import { BusModule, loadEnvironment, logger } from '#libs/platform';
import { LedgerReads } from './ledger/ledger-reads.js';
import { Ledger } from './ledger/ledger.js';
import { openDatabase } from './ledger/open-database.js';
import { MeteringEnvironment } from './metering.environment.js';
import { LedgerResponder } from './queries/ledger.responder.js';
import { HealthChangeConsumer } from './records/health-change.consumer.js';
import { RecordConsumer } from './records/record.consumer.js';

async function openLedger(): Promise<Ledger> {
  const { DATABASE_URL: url, BREAKWATER_LEDGER_FILE: file } = loadEnvironment(MeteringEnvironment);
  const log = logger('metering');
  const onIdleError = (error: Error): void => log.warn({ reason: error.message }, 'a database connection was lost');
  return new Ledger(await openDatabase({ ...(url === undefined ? {} : { url }), file, onIdleError }));
}

/** A server answers several at once; a file is read beside the writing. */
function openReads(ledger: Ledger): LedgerReads {
  const { DATABASE_URL: url, BREAKWATER_LEDGER_FILE: file } = loadEnvironment(MeteringEnvironment);
  return url === undefined ? LedgerReads.ofFile(file) : new LedgerReads(ledger.db);
}

@Module({
  imports: [BusModule],
  providers: [
    { provide: Ledger, useFactory: openLedger },
    { provide: LedgerReads, useFactory: openReads, inject: [Ledger] },
    RecordConsumer,
    HealthChangeConsumer,
    LedgerResponder,
  ],
})
export class MeteringModule {}
