import { CamelCasePlugin, Kysely } from 'kysely';
import { sqliteReadsDialect } from './sqlite-reads.js';
import type { LedgerTables } from './tables.js';

/** Where the ledger's questions are asked: never where its records are written, if that would make them wait. */
export class LedgerReads {
  constructor(readonly db: Kysely<LedgerTables>) {}

  /** Of a file that is there and up to date. */
  static ofFile(file: string): LedgerReads {
    return new LedgerReads(new Kysely({ dialect: sqliteReadsDialect(file), plugins: [new CamelCasePlugin()] }));
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}
